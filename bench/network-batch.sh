#!/usr/bin/env bash
# The acts of network-floor by iproute2: `ip -b` + `tc -b`, two processes up and two down.
#
#   network-batch.sh [--loops N] [--warmup N] [--link eth0] [--owner UID] [--group GID]
#
# Runs in a network namespace that its caller prepared (a veth eth0 with address and default route, nothing else) and
# prints the JSON line of network-floor with "peer":"ip+tc". iproute2 makes every TAP persistent, so here the TAP goes by
# RTM_DELLINK, which waits in the kernel as close(2) does; and it is up before it gets its pfifo, as `ip` comes first.
set -euo pipefail

loops=100 warmup=5 link=eth0 owner=65534 group=65534
while (($# > 0)); do
  case $1 in
    --loops) loops=$2 ;;
    --warmup) warmup=$2 ;;
    --link) link=$2 ;;
    --owner) owner=$2 ;;
    --group) group=$2 ;;
    *) echo "network-batch.sh: unexpected argument \"$1\"" >&2; exit 2 ;;
  esac
  shift 2
done

readonly tap=tap0_urunc priority=30066 node=777 cookie=6e756a2d62656e63682d303030310000
work=$(mktemp -d)
trap 'rm -f -- "$work"/*; rmdir -- "$work"' EXIT

read -r mtu < <(ip -j link show dev "$link" | jq -r '.[0].mtu')

cat > "$work/ip-up" <<END
tuntap add dev $tap mode tap vnet_hdr user $owner group $group
link set dev $tap mtu $mtu up
END
cat > "$work/tc-up" <<END
qdisc add dev $tap root pfifo
qdisc add dev $link ingress
qdisc add dev $tap ingress
filter add dev $link parent ffff: prio $priority protocol all handle ::$node u32 match u32 0 0 action mirred egress redirect dev $tap cookie $cookie
filter add dev $tap parent ffff: prio $priority protocol all handle ::$node u32 match u32 0 0 action mirred egress redirect dev $link cookie $cookie
END
cat > "$work/tc-down" <<END
filter del dev $link parent ffff: prio $priority protocol all handle 800::$node u32
qdisc del dev $link ingress
END
cat > "$work/ip-down" <<END
link del dev $tap
END

# Microseconds since some moment, without a process. EPOCHREALTIME's separator follows the locale.
now() { now=${EPOCHREALTIME//[.,]/}; }

setup='' teardown='' teardown_tc='' teardown_close=''
for ((i = 0; i < warmup + loops; i++)); do
  now; start=$now
  ip -b "$work/ip-up"
  tc -b "$work/tc-up"
  now; up=$now
  tc -b "$work/tc-down"
  now; clean=$now
  ip -b "$work/ip-down"
  now
  ((i < warmup)) && continue
  setup+="$((up - start)),"
  teardown+="$((now - up)),"
  teardown_tc+="$((clean - up)),"
  teardown_close+="$((now - clean)),"
done

jq -nc "
  def rank(\$percent): sort | .[((length * \$percent + 99) / 100 | floor) - 1];
  def measure: {n: length, median: rank(50), min: min, p90: rank(90), samples: .};
  {kind: \"network\", peer: \"ip+tc\", variant: \"base\", unit: \"us\", measures: {
    setup: [${setup%,}], teardown: [${teardown%,}], teardown_tc: [${teardown_tc%,}], teardown_close: [${teardown_close%,}]
  } | map_values(measure)}"
