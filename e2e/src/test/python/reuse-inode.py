"""Makes a network namespace that has the inode of one that is gone, and mounts it somewhere.

  reuse-inode.py INODE NAME PIN    as `ip netns add NAME`, then mounts it on PIN

The kernel gives the lowest number that is free, to every namespace and to every file of /proc/net. So one number
after the other is held, by a UTS namespace each, until the next network namespace comes to the one that is wanted.
Others on the machine are given numbers too: when one of them has got it, this ends with status 3.
"""

import ctypes
import os
import subprocess
import sys
import time

CLONE_NEWUTS = 0x04000000
MOST = 600
ABOVE = 25  # as many greater numbers one after the other: the wanted one is not free
PATIENCE = 0.06  # a namespace goes later than its name

libc = ctypes.CDLL(None, use_errno=True)


def hold():
    """Takes the lowest free number."""
    if libc.unshare(CLONE_NEWUTS) != 0:
        sys.exit("unshare: " + os.strerror(ctypes.get_errno()))
    return os.open("/proc/self/ns/uts", os.O_RDONLY | os.O_CLOEXEC)


def main(inode, name, pin):
    path = "/run/netns/" + name
    held = []
    seen = []
    for _ in range(MOST):
        subprocess.run(["ip", "netns", "add", name], check=True)
        seen.append(os.stat(path).st_ino)
        if seen[-1] == inode:
            subprocess.run(["mount", "--bind", path, pin], check=True)
            return
        subprocess.run(["ip", "netns", "delete", name], check=True)
        if len(seen) >= ABOVE and min(seen[-ABOVE:]) > inode:
            break
        time.sleep(PATIENCE)
        held.append(hold())
    print(f"{inode} is not given again, but {seen}", file=sys.stderr)
    sys.exit(3)


main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
