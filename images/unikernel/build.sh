#!/bin/bash
# Compiles the test unikernel, and packs it as an urunc-style image of a kind of unikernel.
#
#   build.sh OUTDIR                 OUTDIR/unikernel: boots by Multiboot, and by PVH where a monitor knows no other
#                                   OUTDIR/unikernel-pvh: boots by PVH alone
#   build.sh OUTDIR TYPE [MONITOR]  besides, OUTDIR/rootfs/unikernel/kernel and OUTDIR/rootfs/urunc.json, whose values
#                                   are base64. TYPE is for example unikraft, MONITOR is qemu if it is not given
#
# Only x86-64; CC is the compiler, gcc if it is not set.
set -euo pipefail
umask 022

if [ $# -lt 1 ] || [ $# -gt 3 ]; then
  printf 'build.sh: expected: build.sh OUTDIR [TYPE [MONITOR]]\n' >&2
  exit 1
fi
mkdir -p -- "$1"
out=$(cd -- "$1" && pwd)
cd "$(dirname "$(readlink -f "$0")")"

# No floating point, no red zone below the stack: interrupts come at any time.
flags=(-std=gnu17 -O2 -Wall -Wextra -Werror -Wshadow -ffreestanding -fno-pic -no-pie -fno-stack-protector
  -fno-asynchronous-unwind-tables -mgeneral-regs-only -mno-red-zone -mcmodel=small)
# The segment is writable and executable because Multiboot loads one piece.
# shellcheck disable=SC2054 # the linker's options have commas
linked=(-nostdlib -static -Wl,-T,kernel.ld -Wl,-z,max-page-size=4096 -Wl,--build-id=none)
# shellcheck disable=SC2054
if ld --help | grep -q no-warn-rwx-segments; then linked+=(-Wl,--no-warn-rwx-segments); fi
"${CC:-gcc}" "${flags[@]}" "${linked[@]}" -o "$out/unikernel" boot.S ./*.c
"${CC:-gcc}" "${flags[@]}" "${linked[@]}" -DPVH_ONLY -o "$out/unikernel-pvh" boot.S ./*.c
[ $# -gt 1 ] || exit 0

mkdir -p "$out/rootfs/unikernel"
cp "$out/unikernel" "$out/rootfs/unikernel/kernel"
word() { printf '%s' "$1" | base64 -w 0; }
printf '{\n  "com.urunc.unikernel.unikernelType": "%s",\n  "com.urunc.unikernel.hypervisor": "%s",\n' \
  "$(word "$2")" "$(word "${3:-qemu}")" > "$out/rootfs/urunc.json"
printf '  "com.urunc.unikernel.binary": "%s",\n  "com.urunc.unikernel.cmdline": "%s"\n}\n' \
  "$(word /unikernel/kernel)" "$(word 'hello world')" >> "$out/rootfs/urunc.json"
