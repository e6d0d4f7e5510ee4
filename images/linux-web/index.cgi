#!/bin/sh
# One plain-text page: who answers, since when, at which addresses, with which environment.
printf 'Content-Type: text/plain\r\n\r\n'
echo "hostname: $(hostname)"
echo "uptime: $(cut -d ' ' -f 1 /proc/uptime) s"
echo "kernel: $(uname -r)"
ip -o address show | while read -r _ device _ address _; do
  echo "address: $device $address"
done
ip route show | sed 's/^/route: /'
env | sort | sed 's/^/env: /'
