"""The table of who reaches whom, on the real kernel: python3 matrix.py [--counters]"""

import socket
import sys

from bed import GUEST, HOST, LOCALHOST, NODE, POD, Bed, Server, dial, ping

TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
ANY = {4: "0.0.0.0", 6: "::"}
AT_ONCE = 200.0  # milliseconds, on a machine that is busy with other things


def rows(bed, family):
    world, pod, guest = bed.node, bed.pod, bed.guests[0]
    any_, loopback = ANY[family], LOCALHOST[family]
    for kind in (TCP, UDP):
        servers = [
            Server(world, "world", family, kind, any_, 7000),
            Server(guest, "guest", family, kind, any_, 8080),
            Server(guest, "guest-loopback", family, kind, loopback, 8081),
            Server(pod, "sidecar", family, kind, any_, 9090),
            Server(pod, "sidecar-loopback", family, kind, loopback, 9091),
            Server(pod, "sidecar-address", family, kind, POD[family], 9092),
        ]
        word = "tcp" if kind == TCP else "udp"
        cases = [
            ("world", world, POD[family], 8080, "guest"),
            ("world", world, POD[family], 8081, "refused"),
            ("world", world, POD[family], 9090, "sidecar"),
            ("world", world, POD[family], 9091, "refused"),
            ("world", world, POD[family], 9092, "sidecar-address"),
            ("world", world, POD[family], 9999, "refused"),
            ("sidecar", pod, NODE[family], 7000, "world"),
            ("sidecar", pod, NODE[family], 9999, "refused"),
            ("sidecar", pod, loopback, 8080, "guest"),
            ("sidecar", pod, loopback, 8081, "refused"),
            ("sidecar", pod, loopback, 9090, "sidecar"),
            ("sidecar", pod, loopback, 9091, "sidecar-loopback"),
            ("sidecar", pod, loopback, 9092, "refused"),
            ("sidecar", pod, loopback, 9999, "refused"),
            ("sidecar", pod, POD[family], 8080, "guest"),
            ("sidecar", pod, POD[family], 9090, "sidecar"),
            ("sidecar", pod, POD[family], 9092, "sidecar-address"),
            ("sidecar", pod, POD[family], 9999, "refused"),
            ("sidecar", pod, GUEST[family], 8080, "guest"),
            ("guest", guest, NODE[family], 7000, "world"),
            ("guest", guest, NODE[family], 9999, "refused"),
            ("guest", guest, HOST[family], 9090, "sidecar"),
            ("guest", guest, HOST[family], 9091, "sidecar-loopback"),
            ("guest", guest, HOST[family], 9092, "refused"),
            ("guest", guest, HOST[family], 9999, "refused"),
            ("guest", guest, loopback, 8080, "guest"),
            ("guest", guest, loopback, 9090, "refused"),
            ("guest", guest, POD[family], 8080, "guest"),
        ]
        try:
            for who, ns, host, port, expected in cases:
                answer, took = dial(ns, family, kind, host, port)
                yield family, word, who, f"{host} {port}", expected, answer, took
        finally:
            for server in servers:
                server.close()
    for who, ns, host in (
        ("world", world, POD[family]),
        ("sidecar", pod, NODE[family]),
        ("sidecar", pod, loopback),
        ("sidecar", pod, POD[family]),
        ("guest", guest, NODE[family]),
        ("guest", guest, HOST[family]),
    ):
        answer, took = ping(ns, family, host)
        yield family, "icmp", who, host, "answered", answer, took


def main():
    failures = 0
    with Bed() as bed:
        for family in (4, 6):
            for f, word, who, target, expected, answer, took in rows(bed, family):
                good = answer.split(" ")[0] == expected and took < AT_ONCE
                failures += not good
                print(f"{'ok ' if good else 'BAD'} v{f} {word:4} {who:8} -> {target:28} {answer:48} {took:7.1f} ms"
                      + ("" if good else f"   expected {expected}"), flush=True)
        if "--counters" in sys.argv:
            for name, packets in bed.counters().items():
                print(f"{name:24} {packets}")
    print(f"{failures} failures")
    return failures > 0


if __name__ == "__main__":
    sys.exit(main())
