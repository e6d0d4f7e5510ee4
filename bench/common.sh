# shellcheck shell=bash
# What bench/run and bench/traffic share. The caller has set $self, $home, $target, $work, $cgroup and $child.

# shellcheck disable=SC2154
die() { echo "bench/${self##*/}: $*" >&2; exit 1; }
say() { echo "bench/${self##*/}: $*" >&2; }

# in_pod NAME COMMAND…: in the network namespace that is pinned at $work/NAME.
in_pod() { nsenter "--net=$work/$1" "${@:2}"; }

# The machine's class, the kernel and the date.
machine_class() {
  local cpu memory
  cpu=$(sed -n '/^model name/{s/.*: //p;q}' /proc/cpuinfo)
  memory=$(awk '/^MemTotal/ {printf "%.0f GiB", $2 / 1048576}' /proc/meminfo)
  echo "$(nproc) × $cpu (virtual machine: $(grep -qw hypervisor /proc/cpuinfo && echo yes || echo no)), $memory, Linux $(uname -r), $(date -u +%Y-%m-%d)"
}

# fill NAME FILE: what lies between the marks of NAME in FILE becomes $work/NAME.md.
fill() {
  grep -qF "<!-- bench:$1 -->" "$2" || die "$2: no mark <!-- bench:$1 -->"
  awk -v begin="<!-- bench:$1 -->" -v end="<!-- /bench:$1 -->" -v table="$work/$1.md" '
    $0 == end { inside = 0 }
    !inside { print }
    $0 == begin { inside = 1; while ((getline line < table) > 0) print line }' "$2" > "$work/filled"
  cat "$work/filled" > "$2"
}

# The namespaces go with $child: what is left is files, and cgroups whose last processes may be about to go.
# shellcheck disable=SC2317,SC2154 # called by the trap; set by the caller
clean_up() {
  local status=$? tries=0
  trap - EXIT INT TERM
  if [[ -n $child ]]; then
    kill -KILL "$child" 2> /dev/null || true
    wait "$child" || true
  fi
  until find /sys/fs/cgroup -depth -type d -path "*/$cgroup*" -exec rmdir {} + 2> "$work/rmdir"; do
    ((++tries < 50)) || { cat "$work/rmdir" >&2; status=1; break; }
    sleep 0.1
  done
  rm -rf -- "$work"
  exit "$status"
}

# inside_namespaces PREPARE ARGUMENT…: PREPARE, and then this script again as process 1 of namespaces of its own, with
# "--inside $work $cgroup" before the arguments.
inside_namespaces() {
  local status=0
  work=$(mktemp -d "/tmp/urunj-bench.XXXXXX")
  cgroup=urunj-bench-$$
  child=''
  trap clean_up EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  "$1"
  unshare --mount --net --pid --fork --kill-child --mount-proc bash "$self" --inside "$work" "$cgroup" "${@:2}" &
  child=$!
  wait "$child" || status=$?
  child=''
  exit "$status"
}
