#!/bin/sh
# What a container of the guest's pod says at the port that is asked for, as in sidecar.cgi?9090.
printf 'Content-Type: text/plain\r\n\r\n'
case $QUERY_STRING in
'' | *[!0-9]*) echo "expected a port: sidecar.cgi?9090" ;;
*) wget -q -O - "http://${URUNJ_POD_LOCALHOST:-pod-localhost}:$QUERY_STRING/" || echo "no answer" ;;
esac
