#!/bin/bash
# Packs a small Linux guest as an urunc-style image: Debian's cloud kernel, busybox and, of the
# kernel's modules, those that a virtio machine needs, decompressed. Nothing is installed on the
# machine.
#
#   build.sh OUTDIR [KERNEL_DEB]
#
#   OUTDIR/rootfs/unikernel/kernel   the kernel
#   OUTDIR/rootfs/unikernel/initrd   the guest's root, a plain cpio archive
#   OUTDIR/rootfs/urunc.json         what urunc and urunj read, values in base64
#   OUTDIR/image.json                the image configuration (OCI): command, environment, labels
#
# The kernel package comes from the second argument, the variable KERNEL_DEB, or the cache
# ${XDG_CACHE_HOME:-/var/cache}/urunj, which apt-get fills; busybox is /bin/busybox when it is
# static, else the package busybox-static; xz and zstd are the machine's, else from their packages. In the guest:
# /bin/web serves a page on port 80, and
# the power button ends /bin/web; /bin/sh runs anything.
set -euo pipefail
umask 022

die() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

if [ $# -lt 1 ] || [ $# -gt 2 ]; then die 'expected: build.sh OUTDIR [KERNEL_DEB]'; fi
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
kernel_deb=${2:-${KERNEL_DEB:-}}
cache=${XDG_CACHE_HOME:-/var/cache}/urunj
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# fetch PACKAGE: prints the path of its .deb in the cache
fetch() {
  local found
  mkdir -p "$cache"
  found=$(find "$cache" -maxdepth 1 -name "$1_*.deb" | sort | tail -n 1)
  if [ -z "$found" ]; then
    (cd "$cache" && apt-get download "$1" >&2) || die "cannot download $1: run apt-get update?"
    found=$(find "$cache" -maxdepth 1 -name "$1_*.deb" | sort | tail -n 1)
  fi
  printf '%s\n' "$found"
}

# tool NAME PACKAGE: the program's path, from the machine or else from the package, which is not installed
tool() {
  local found
  found=$(command -v "$1" || true)
  if [ -z "$found" ]; then
    found=$work/$2/usr/bin/$1
    [ -x "$found" ] || dpkg-deb -x "$(fetch "$2")" "$work/$2"
  fi
  [ -x "$found" ] || die "no $1 in the package $2"
  printf '%s\n' "$found"
}

# unpack FILE: the module's own bytes
unpack() {
  case $1 in
  *.xz) "$(tool xz xz-utils)" -dc "$1" ;;
  *.zst) "$(tool zstd zstd)" -dqc "$1" ;;
  *.gz) gzip -dc "$1" ;;
  *) cat "$1" ;;
  esac
}

# built_in MODULE: whether the kernel needs no file for it. No grep -q: what writes to it would be
# ended by SIGPIPE, and pipefail make "no" of it.
built_in() {
  find "$work/kernel" -name modules.builtin -exec cat {} + | sed 's|.*/||' | tr - _ | grep -x "$1.ko" >/dev/null
}

# pack MODULE: what it depends on, then its file and its line in the list. A guest without one of
# them has no network, so what is neither a file nor built in is an error.
pack() {
  local module=$1 file needed
  [ ! -e "$root/lib/modules/$module.ko" ] || return 0
  file=$(find "$work/kernel" -name "*.ko*" | awk -F/ -v module="$module" '
    { name = $NF; gsub("-", "_", name) } name ~ "^" module "[.]ko([.](xz|zst|gz))?$" && !found++')
  if [ -z "$file" ]; then
    built_in "$module" || die "no module $module in $kernel_deb, and its kernel has none built in"
    return 0
  fi
  unpack "$file" >"$root/lib/modules/$module.ko" || die "cannot unpack $file"
  # The fields of a module's .modinfo end with a NUL byte each.
  for needed in $(tr '\0' '\n' <"$root/lib/modules/$module.ko" | LC_ALL=C sed -n 's/^depends=//p' | tr , ' '); do
    pack "$(printf '%s' "$needed" | tr - _)"
  done
  printf '/lib/modules/%s.ko\n' "$module" >>"$root/etc/urunj/modules"
}

case $(uname -m) in
x86_64) flavour=cloud-amd64 ;;
aarch64) flavour=cloud-arm64 ;;
*) die "no guest for $(uname -m); expected x86_64 or aarch64" ;;
esac

if [ -z "$kernel_deb" ]; then
  package=$(apt-cache depends "linux-image-$flavour" 2>/dev/null |
    sed -n 's/^ *Depends: \(linux-image-[0-9].*\)$/\1/p' | head -n 1)
  [ -n "$package" ] || die "apt knows no linux-image-$flavour: run apt-get update"
  kernel_deb=$(fetch "$package")
fi
[ -f "$kernel_deb" ] || die "no such kernel package: $kernel_deb"
dpkg-deb -x "$kernel_deb" "$work/kernel"
kernel=$(find "$work/kernel/boot" -name 'vmlinuz-*' | head -n 1)
[ -n "$kernel" ] || die "no kernel in $kernel_deb"

busybox=/bin/busybox
if ! "$busybox" --list 2>/dev/null | grep -qx httpd || ldd "$busybox" >/dev/null 2>&1; then
  dpkg-deb -x "$(fetch busybox-static)" "$work/busybox"
  busybox=$(find "$work/busybox" -name busybox -type f -perm -u+x | head -n 1)
fi

root=$work/root
mkdir -p "$root"/{bin,dev,etc/urunj,lib/modules,proc,root,run,srv/www/cgi-bin,sys,var}
mkdir -m 1777 "$root/tmp"
ln -s ../run "$root/var/run"
ln -s bin "$root/sbin"
cp "$busybox" "$root/bin/busybox"
"$busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
install -m 755 "$here/web" "$root/bin/web"
install -m 755 "$here/index.cgi" "$here/sidecar.cgi" "$root/srv/www/cgi-bin/"
printf 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:web:/srv/www:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nweb:x:1000:\n' >"$root/etc/group"

# The drivers of a virtio machine, each behind what it depends on. Which modules these are, and how they are
# compressed, differs from one Debian to the next.
touch "$root/etc/urunj/modules"
for module in virtio_pci virtio_net button evdev virtio_console; do
  pack "$module"
done

rm -rf -- "$out/rootfs" "$out/image.json"
mkdir -p "$out/rootfs/unikernel"
cp "$kernel" "$out/rootfs/unikernel/kernel"
chmod 644 "$out/rootfs/unikernel/kernel"
find "$root" -exec touch -h -d @0 {} +
# Not compressed: a guest boots no faster with gzip (2.3 s both, emulated), and 2.5 MB are little.
(cd "$root" && find . -mindepth 1 | LC_ALL=C sort | "$busybox" cpio -o -H newc -R 0:0 2>/dev/null) \
  >"$out/rootfs/unikernel/initrd"

encode() { printf '%s' "$1" | base64 -w 0; }
key=com.urunc.unikernel
cat >"$out/rootfs/urunc.json" <<JSON
{
  "$key.unikernelType": "$(encode linux)",
  "$key.hypervisor": "$(encode qemu)",
  "$key.binary": "$(encode /unikernel/kernel)",
  "$key.initrd": "$(encode /unikernel/initrd)"
}
JSON
cat >"$out/image.json" <<JSON
{
  "Cmd": ["/bin/web"],
  "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
  "WorkingDir": "/",
  "ExposedPorts": {"80/tcp": {}},
  "Labels": {
    "$key.unikernelType": "linux",
    "$key.hypervisor": "qemu",
    "$key.binary": "/unikernel/kernel",
    "$key.initrd": "/unikernel/initrd"
  }
}
JSON
printf '%s: kernel %s, initrd %s bytes\n' "$out" "$(basename "$kernel")" \
  "$(stat -c %s "$out/rootfs/unikernel/initrd")"
