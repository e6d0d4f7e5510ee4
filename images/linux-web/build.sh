#!/bin/bash
# Packs a small Linux guest as an urunc-style image: Debian's cloud kernel, busybox and, of the
# kernel's modules, those that a virtio machine needs. Nothing is installed on the machine.
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
# static, else the package busybox-static. In the guest: /bin/web serves a page on port 80, and
# the power button powers off under /bin/web; /bin/sh runs anything.
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
mkdir -p "$root"/{bin,dev,etc/acpi/PWRF,etc/urunj,lib/modules,proc,root,run,srv/www/cgi-bin,sys,var}
mkdir -m 1777 "$root/tmp"
ln -s ../run "$root/var/run"
ln -s bin "$root/sbin"
cp "$busybox" "$root/bin/busybox"
"$busybox" --list | while read -r applet; do
  [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"
done
install -m 755 "$here/web" "$root/bin/web"
install -m 755 "$here/index.cgi" "$here/sidecar.cgi" "$root/srv/www/cgi-bin/"
install -m 755 "$here/power-off" "$root/etc/acpi/PWRF/00000080"
printf 'root:x:0:0:root:/root:/bin/sh\nweb:x:1000:1000:web:/srv/www:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nweb:x:1000:\n' >"$root/etc/group"

# In the order of their dependencies. A module that the kernel has built in is not there to copy.
for module in virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci \
  failover net_failover virtio_net button evdev; do
  file=$(find "$work/kernel" -name "$module.ko" | head -n 1)
  [ -n "$file" ] || continue
  cp "$file" "$root/lib/modules/$module.ko"
  printf '/lib/modules/%s.ko\n' "$module" >>"$root/etc/urunj/modules"
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
