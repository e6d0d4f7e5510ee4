"""What goes beyond the table: python3 hardening.py [NAME ...]. Each case has a pod of its own."""

import contextlib
import inspect
import os
import socket
import struct
import sys
import time
import traceback

from bed import (
    GUEST, GUEST_SIDE, HOST, HOST_MAC, INET, LOCALHOST, NODE, POD, POD_SIDE, SEVERAL_GUESTS, SHARE_LOCALHOST,
    Bed, Server, checksum, dial, mac_bytes, ping, run,
)

TCP, UDP = socket.SOCK_STREAM, socket.SOCK_DGRAM
ANY = {4: "0.0.0.0", 6: "::"}
AT_ONCE = 300.0
ETH_P_ALL = 3


def server(stack, *arguments, **more):
    made = Server(*arguments, **more)
    stack.callback(made.close)
    return made


def says(answer, word):
    assert answer[0].split(" ")[0] == word and answer[1] < AT_ONCE, f"expected {word}, got {answer}"


def bound(ns, family, kind, host, port, reuse=True):
    s = ns.socket(INET[family], kind)
    if reuse:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    s.settimeout(3)
    s.bind((host, port))
    return s


def listener(ns, family, host, port):
    s = bound(ns, family, TCP, host, port)
    s.listen()
    return s


def snmp(ns, name):
    """A counter of /proc/net/snmp, such as Tcp.OutRsts."""
    group, field = name.split(".")
    lines = [l.split() for l in ns.execute("cat", "/proc/net/snmp").splitlines() if l.startswith(group + ":")]
    return int(lines[1][lines[0].index(field)])


def same_ports_in_both_directions(stack):
    bed = stack.enter_context(Bed())
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        in_pod = listener(pod, f, ANY[f], 9090)
        in_guest = listener(guest, f, ANY[f], 8080)
        out_pod = bound(pod, f, TCP, LOCALHOST[f], 9090)
        out_guest = bound(guest, f, TCP, POD[f], 8080)
        own_pod = bound(pod, f, TCP, POD[f], 9090)
        out_pod.connect((LOCALHOST[f], 8080))
        out_guest.connect((HOST[f], 9090))
        own_pod.connect((POD[f], 8080))
        a, peer_a = in_guest.accept()
        b, peer_b = in_pod.accept()
        c, peer_c = in_guest.accept()
        for near, far, text in ((out_pod, a, b"loop"), (out_guest, b, b"host"), (own_pod, c, b"self")):
            near.sendall(text)
            assert far.recv(100) == text
            far.sendall(text[::-1])
            assert near.recv(100) == text[::-1]
        assert {peer_a[1], peer_c[1]} == {9090} and peer_b[1] == 8080 and peer_b[0] == GUEST[f], (peer_a, peer_b)
        for s in (a, b, c, in_pod, in_guest, out_pod, out_guest, own_pod):
            s.close()


def udp_without_connection(stack):
    """Answers must come from the address that was asked; a guest's port may be one of a sidecar's."""
    bed = stack.enter_context(Bed())
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, guest, "guest", f, UDP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, UDP, ANY[f], 9090)
        server(stack, pod, "other", f, UDP, ANY[f], 5555)
        for ns, to, source in (
            (pod, (LOCALHOST[f], 8080), 6001), (pod, (POD[f], 8080), 6001), (guest, (HOST[f], 9090), 6002),
            (guest, (HOST[f], 9090), 5555), (guest, (HOST[f], 9090), 8081),
        ):
            s = bound(ns, f, UDP, ANY[f], source)
            s.sendto(b"x", to)
            assert s.recvfrom(100)[1][:2] == to
            s.close()


def resolver(stack):
    """Port 53 of HOST is a resolver at another loopback address and port; a server at 53 is not touched."""
    ports = {UDP: 45321, TCP: 45322}
    where = {4: "127.0.0.11", 6: "::1"}
    bed = stack.enter_context(Bed(resolver={f: (where[f], ports[UDP], ports[TCP]) for f in (4, 6)}))
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        for kind in (TCP, UDP):
            says(dial(guest, f, kind, HOST[f], 53), "refused")
            with contextlib.ExitStack() as here:
                asked = server(here, pod, "resolver", f, kind, where[f], ports[kind])
                server(here, pod, "five-three", f, kind, LOCALHOST[f], 53)
                says(dial(guest, f, kind, HOST[f], 53), "resolver")
                assert asked.peers[0][0].endswith("3"), asked.peers  # ALIAS_CLIENT
                if f == 6:  # the same socket by its own port
                    says(dial(guest, f, kind, HOST[f], ports[kind]), "resolver")
                says(dial(pod, f, kind, LOCALHOST[f], 53), "five-three")
        s = bound(guest, f, UDP, ANY[f], 0)
        with contextlib.ExitStack() as here:
            server(here, pod, "resolver", f, UDP, where[f], ports[UDP])
            s.sendto(b"q" * 4000, (HOST[f], 53))
            answer, peer = s.recvfrom(65536)
            assert len(answer) == 4000 and peer[:2] == (HOST[f], 53), (len(answer), peer)
        s.close()


def resolver_behind_rules(stack):
    """Docker's: a port of its own per protocol, behind rules of the pod's for whoever dials 53."""
    bed = stack.enter_context(Bed(families=(4,), resolver={4: ("127.0.0.11", 45321, 45322)}))
    pod, guest = bed.pod, bed.guests[0]
    for kind, word, port in ((UDP, "udp", "45321"), (TCP, "tcp", "45322")):
        for rule in (
            ("OUTPUT", "-d", "127.0.0.11", "-p", word, "--dport", "53", "-j", "DNAT", "--to", f"127.0.0.11:{port}"),
            ("POSTROUTING", "-s", "127.0.0.11", "-p", word, "--sport", port, "-j", "SNAT", "--to", ":53"),
        ):
            pod.execute("iptables", "-t", "nat", "-A", *rule)
        server(stack, pod, "resolver", 4, kind, "127.0.0.11", int(port))
        says(dial(pod, 4, kind, "127.0.0.11", 53), "resolver")
        says(dial(guest, 4, kind, HOST[4], 53), "resolver")


def resolver_alone(stack):
    """With localhost sharing off, the resolver answers and nothing else does."""
    bed = stack.enter_context(Bed(flags=0, resolver={4: ("127.0.0.53", 53), 6: ("::1", 53)}))
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, pod, "resolver", f, UDP, {4: "127.0.0.53", 6: "::1"}[f], 53)
        server(stack, pod, "sidecar", f, TCP, ANY[f], 9090)
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        says(dial(guest, f, UDP, HOST[f], 53), "resolver")
        assert dial(guest, f, TCP, HOST[f], 9090, wait=0.3)[0] == "timeout"
        says(dial(pod, f, TCP, LOCALHOST[f], 8080), "refused")
        says(dial(bed.node, f, TCP, POD[f], 8080), "guest")
        says(dial(bed.node, f, TCP, POD[f], 9090), "sidecar")


def fragments(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, guest, "guest", f, UDP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, UDP, ANY[f], 9090)
        server(stack, node, "world", f, UDP, ANY[f], 7000)
        before = snmp(pod, "Ip.ReasmReqds"), snmp(guest, "Ip.ReasmReqds")
        for ns, host, port in (
            (node, POD[f], 8080), (node, POD[f], 9090), (guest, NODE[f], 7000), (pod, NODE[f], 7000),
            (guest, HOST[f], 9090),
        ):
            for size in (1473, 4000, 20000):
                answer = dial(ns, f, UDP, host, port, payload=b"z" * size)
                assert answer[0] == f"{size} bytes", (f, host, port, size, answer)
        if f == 4:  # the other stack saw none of them
            assert dial(node, f, UDP, POD[f], 8080, payload=b"z" * 4000)[0] == "4000 bytes"
            middle = snmp(pod, "Ip.ReasmReqds")
            for _ in range(10):
                dial(node, f, UDP, POD[f], 8080, payload=b"z" * 4000)
            assert snmp(pod, "Ip.ReasmReqds") == middle, (before, middle)


def fragments_out_of_order(stack):
    bed = stack.enter_context(Bed(families=(4,)))
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    raw = node.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    for number, (ns, name, port) in enumerate(((guest, "guest", 8080), (pod, "sidecar", 9090))):
        got = server(stack, ns, name, 4, UDP, ANY[4], port)
        udp = struct.pack("!HHHH", 6000, port, 8 + 2000, 0) + b"f" * 2000
        parts = [(0, udp[:800]), (800, udp[800:1600]), (1600, udp[1600:])]
        for order in ((2, 1, 0), (1, 0, 2), (0, 2, 1)):
            number += 10
            for part in order:
                offset, data = parts[part]
                more = 0x2000 if part < 2 else 0
                header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 0, number, more | offset // 8, 64, 17, 0,
                                     socket.inet_aton(NODE[4]), socket.inet_aton(POD[4]))
                raw.sendto(header + data, (POD[4], 0))
        time.sleep(0.2)
        assert len(got.peers) == 3, (name, got.peers)


def datagrams_longer_than_the_tap(stack):
    """The first is answered with the MTU, the next arrive."""
    bed = stack.enter_context(Bed())
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, guest, "guest", f, UDP, ANY[f], 8080)
        s = bound(pod, f, UDP, ANY[f], 0)
        s.settimeout(0.5)
        answer = b""
        for _ in range(3):
            with contextlib.suppress(TimeoutError):
                s.sendto(b"l" * 9000, (LOCALHOST[f], 8080))
                answer = s.recvfrom(65536)[0]
                break
        assert len(answer) == 9000, (f, len(answer), bed.counters())
        s.close()
    assert bed.counters()["LO_TOO_BIG"] == 2


def bulk(stack):
    """64 KB frames, both ways, every path; what arrives is what was sent."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    block = os.urandom(1 << 20)
    for f in (4, 6):
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, TCP, LOCALHOST[f], 9091)
        for ns, host, port in ((node, POD[f], 8080), (pod, LOCALHOST[f], 8080), (pod, POD[f], 8080), (guest, HOST[f], 9091)):
            with ns.socket(INET[f], TCP) as s:
                s.settimeout(5)
                s.connect((host, port))
                banner = b""
                while not banner.endswith(b"\n"):
                    banner += s.recv(1)
                begin, total = time.monotonic(), 8
                for _ in range(total):
                    s.sendall(block[: 1 << 19])
                    back = b""
                    while len(back) < 1 << 19:
                        back += s.recv(1 << 20)
                    assert back == block[: 1 << 19]
                print(f"    v{f} {host} {total / (time.monotonic() - begin):.0f} MiB/s echoed")


def bulk_without_offload(stack):
    """Every checksum is computed by the sender and looked at by the receiver."""
    real = Bed._program

    def program(bed):
        for ns, link in [(bed.node, "n0"), (bed.pod, "eth0"), (bed.pod, "tap0")] + [(g, "eth0") for g in bed.guests]:
            offload_off(ns, link)
        real(bed)

    Bed._program = program
    try:
        bulk(stack)
    finally:
        Bed._program = real


def offload_off(ns, link):
    import array
    import fcntl

    with ns.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        for command in (0x15, 0x17, 0x1F, 0x24, 0x2C):  # rx csum, tx csum, tso, gso, gro
            value = array.array("I", [command, 0])
            request = struct.pack("=16sQ", link.encode(), value.buffer_info()[0]) + bytes(16)
            with contextlib.suppress(OSError):
                fcntl.ioctl(s, 0x8946, request)


def dead_guest(stack):
    """The TAP goes, the filters stay: all that was the guest's is refused at once, the sidecar lives."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, node, "world", f, TCP, ANY[f], 7000)
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, TCP, ANY[f], 9090)
    living = pod.socket(socket.AF_INET, TCP)
    living.settimeout(2)
    living.connect((NODE[4], 7000))
    living.recv(100)
    cut = {}
    for f in (4, 6):
        cut[f] = pod.socket(INET[f], TCP)
        cut[f].settimeout(2)
        cut[f].connect((LOCALHOST[f], 8080))
        cut[f].recv(100)
    pod.ip("link", "del", "tap0")
    for f in (4, 6):
        for kind in (TCP, UDP):
            says(dial(node, f, kind, POD[f], 8080), "refused")
            says(dial(pod, f, kind, LOCALHOST[f], 8080), "refused")
            says(dial(pod, f, kind, POD[f], 8080), "refused")
        says(dial(node, f, TCP, POD[f], 9090), "sidecar")
        says(dial(pod, f, TCP, LOCALHOST[f], 9090), "sidecar")
        assert ping(node, f, POD[f])[0] == "answered"
        try:
            cut[f].send(b"x")
            cut[f].recv(10)
            raise AssertionError("an answer from the dead")
        except ConnectionResetError:
            pass
    living.sendall(b"still")
    assert living.recv(10) == b"still"


def several_guests(stack):
    bed = stack.enter_context(Bed(guests=2, flags=SHARE_LOCALHOST | SEVERAL_GUESTS))
    node, pod, (one, two) = bed.node, bed.pod, bed.guests
    for kind, number in ((TCP, 6), (UDP, 17)):
        bed.claim(1, number, 8082)
        for f in (4, 6):
            server(stack, node, "world", f, kind, ANY[f], 7000)
            server(stack, one, "one", f, kind, ANY[f], 8080)
            server(stack, two, "two", f, kind, ANY[f], 8082)
            server(stack, pod, "sidecar", f, kind, ANY[f], 9090)
            for ns, host in ((node, POD[f]), (pod, LOCALHOST[f]), (pod, POD[f])):
                says(dial(ns, f, kind, host, 8080), "one")
                says(dial(ns, f, kind, host, 8082), "two")
                says(dial(ns, f, kind, host, 9999), "refused")
            for ns, name, other, port in ((one, "one", "two", 8082), (two, "two", "one", 8080)):
                says(dial(ns, f, kind, NODE[f], 7000), "world")
                says(dial(ns, f, kind, HOST[f], 9090), "sidecar")
                says(dial(ns, f, kind, HOST[f], port), other)
                says(dial(ns, f, kind, HOST[f], 9999), "refused")
    pod.ip("link", "del", "tap1")
    says(dial(node, 4, TCP, POD[4], 8080), "one")
    says(dial(node, 4, TCP, POD[4], 8082), "refused")
    says(dial(pod, 6, TCP, LOCALHOST[6], 8082), "refused")
    says(dial(one, 4, TCP, HOST[4], 8082), "refused")


def time_wait(stack):
    """A sidecar closes first; the world's last segments find the lingering socket, no RST follows."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        resets = snmp(guest, "Tcp.OutRsts"), snmp(pod, "Tcp.OutRsts")
        gate = listener(pod, f, ANY[f], 9090)
        for ns, host in ((node, POD[f]), (pod, LOCALHOST[f])):
            near = ns.socket(INET[f], TCP)
            near.settimeout(2)
            near.connect((host, 9090))
            far, _ = gate.accept()
            far.close()
            assert near.recv(10) == b""
            near.close()
        time.sleep(0.2)
        gate.close()
        assert resets == (snmp(guest, "Tcp.OutRsts"), snmp(pod, "Tcp.OutRsts")), "reset"
        # the port changes hands: the same four numbers, now the guest's
        server(stack, guest, "guest", f, TCP, ANY[f], 9090)
        answer = dial(pod, f, TCP, LOCALHOST[f], 9090, source=(LOCALHOST[f], near_port(pod, f)), wait=4)
        assert answer[0].startswith("guest"), answer  # what lingers refuses once, then it is gone


def near_port(pod, f):
    """The peer's port of a connection in TIME_WAIT to 9090 on loopback."""
    path = "/proc/net/tcp" + ("6" if f == 6 else "")
    loop = "0100007F:2382" if f == 4 else "00000000000000000000000001000000:2382"
    for line in pod.execute("cat", path).splitlines():
        words = line.split()
        if words[1] == loop and words[3] == "06":
            return int(words[2].split(":")[1], 16)
    raise AssertionError("nothing lingers")


def cookies(stack):
    """A listener that keeps no record of half-open connections."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    pod.sysctl("net.ipv4.tcp_syncookies", "2")
    guest.sysctl("net.ipv4.tcp_syncookies", "2")
    for f in (4, 6):
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, TCP, ANY[f], 9090)
        for ns, host in ((node, POD[f]), (pod, LOCALHOST[f]), (pod, POD[f])):
            says(dial(ns, f, TCP, host, 9090), "sidecar")
            says(dial(ns, f, TCP, host, 8080), "guest")
        says(dial(guest, f, TCP, HOST[f], 9090), "sidecar")


def guest_uses_a_port_that_a_sidecar_listens_on(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, node, "world", f, TCP, ANY[f], 7000)
        server(stack, pod, "sidecar", f, TCP, ANY[f], 9090)
        says(dial(guest, f, TCP, NODE[f], 7000, source=(POD[f], 9090)), "world")
        says(dial(node, f, TCP, POD[f], 9090), "sidecar")


def alias_without_gateway(stack):
    """A guest without a default route asks who the alias is."""
    bed = stack.enter_context(Bed())
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, pod, "sidecar", f, TCP, ANY[f], 9090)
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        guest.ip(f"-{f}", "route", "del", "default")
        guest.ip(f"-{f}", "route", "add", GUEST_SIDE[f] + ("/24" if f == 4 else "/120"), "dev", "eth0")
        says(dial(guest, f, TCP, HOST[f], 9090), "sidecar")
        says(dial(pod, f, TCP, LOCALHOST[f], 8080), "guest")
        neighbours = guest.ip(f"-{f}", "neigh")
        assert neighbours.count(HOST_MAC) >= 2, neighbours
    print("   ", {k: v for k, v in bed.counters().items() if k == "GUEST_NEIGHBOUR"})


def errors_through_aliases(stack):
    """Who answers a guest that has closed its port is told so."""
    bed = stack.enter_context(Bed(resolver={4: ("127.0.0.11", 45321), 6: ("::1", 5353)}))
    pod, guest = bed.pod, bed.guests[0]
    for f in (4, 6):
        for port, where in ((9090, (LOCALHOST[f], 9090)), (53, bed.resolver[f])):
            with bound(pod, f, UDP, *where) as served, bound(guest, f, UDP, ANY[f], 0) as asking:
                asking.sendto(b"question", (HOST[f], port))
                _, peer = served.recvfrom(100)
                asking.close()
                served.connect(peer)
                served.send(b"answer")
                try:
                    served.recv(100)
                    raise AssertionError("answer to an answer")
                except ConnectionRefusedError:
                    pass


def without_checksum(stack):
    bed = stack.enter_context(Bed(families=(4,)))
    pod, guest = bed.pod, bed.guests[0]
    server(stack, guest, "guest", 4, UDP, ANY[4], 8080)
    server(stack, pod, "sidecar", 4, UDP, ANY[4], 9090)
    for ns, to, name in ((pod, (LOCALHOST[4], 8080), b"guest"), (guest, (HOST[4], 9090), b"sidecar")):
        with bound(ns, 4, UDP, ANY[4], 0) as s:
            s.setsockopt(socket.SOL_SOCKET, 11, 1)  # SO_NO_CHECK
            s.sendto(b"x", to)
            assert s.recv(100).split()[0] == name


def strict_reverse_path(stack):
    """The node's sysctl.d may ask for it in every namespace."""
    bed = stack.enter_context(Bed(families=(4,)))
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for ns in (pod, guest):
        ns.sysctl("net.ipv4.conf.all.rp_filter", "1")
        ns.sysctl("net.ipv4.conf.eth0.rp_filter", "1")
    server(stack, guest, "guest", 4, TCP, ANY[4], 8080)
    server(stack, pod, "sidecar", 4, TCP, ANY[4], 9090)
    for ns, host in ((node, POD[4]), (pod, LOCALHOST[4]), (pod, POD[4])):
        says(dial(ns, 4, TCP, host, 8080), "guest")
        says(dial(ns, 4, TCP, host, 9090), "sidecar")
    says(dial(guest, 4, TCP, HOST[4], 9090), "sidecar")


def spoofed_alias(stack):
    """The world must not speak as the pod's localhost, nor dial the guest's alias."""
    bed = stack.enter_context(Bed())
    node, guest, pod = bed.node, bed.guests[0], bed.pod
    for f in (4, 6):
        victim = server(stack, guest, "guest", f, UDP, ANY[f], 8080)
        other = server(stack, pod, "sidecar", f, UDP, ANY[f], 9090)
        node.ip("neigh", "replace", POD[f], "lladdr", bed.mac, "dev", "n0")
        for alias in (HOST[f], *([GUEST[f]] if f == 6 else []), GUEST_SIDE[f][:-1] + ("2" if f == 4 else ":2")):
            node.ip("addr", "add", alias.replace(":::", "::") + ("/32" if f == 4 else "/128"), "dev", "n0",
                    *(["nodad"] if f == 6 else []))
            for port in (8080, 9090):
                s = bound(node, f, UDP, alias.replace(":::", "::"), 0)
                s.sendto(b"x", (POD[f], port))
                s.close()
        time.sleep(0.1)
        assert not victim.peers and not other.peers, (victim.peers, other.peers)
    node.ip("-6", "route", "add", POD_SIDE[6] + "/112", "via", POD[6])
    with node.socket(INET[6], UDP) as s:
        s.sendto(b"x", (GUEST[6], 9090))
    time.sleep(0.1)
    assert not other.peers
    assert bed.counters()["NET_DROP_ALIAS"] >= 10, bed.counters()


def aliases_never_leave(stack):
    """Whatever the guest sends to an alias, known or not, does not reach the network."""
    bed = stack.enter_context(Bed())
    node, guest = bed.node, bed.guests[0]
    ear = node.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    ear.settimeout(0.3)
    for f in (4, 6):
        base = GUEST_SIDE[f][:-1] if f == 4 else GUEST_SIDE[f]
        for low in (0, 1, 2, 3, 9, 15, 16, 17, 40) if f == 4 else (1, 2, 3, 9, 15, 16, 17, 40):
            dial(guest, f, UDP, base + (str(low) if f == 4 else f"{low:x}"), 4444, wait=0.05)
    with guest.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as mouth:  # a TCP header cut short
        mouth.bind(("eth0", 0))
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 24, 1, 0, 64, 6, 0, socket.inet_aton(POD[4]), socket.inet_aton(HOST[4]))
        mouth.send(mac_bytes(HOST_MAC) + mac_bytes(bed.mac) + b"\x08\x00" + ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + b"cut.")
    guest.ip("addr", "add", "10.88.0.77/24", "dev", "eth0")
    dial(guest, 4, UDP, HOST[4], 4444, source=("10.88.0.77", 0), wait=0.05)
    with contextlib.suppress(TimeoutError):
        while True:
            frame = ear.recv(2000)
            assert b"\xa9\xfe\xdf" not in frame and bytes.fromhex("fd7572756e6a0001") not in frame, frame.hex()
    assert bed.counters()["GUEST_DROP_SOURCE"] >= 1 and bed.counters()["GUEST_DROP_OFF"] >= 2, bed.counters()


def ttl_and_unreachable_news(stack):
    """ICMP errors reach whoever sent, guest or sidecar."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    node.sysctl("net.ipv4.ip_forward", "1")
    node.sysctl("net.ipv6.conf.all.forwarding", "1")
    for ns in (pod, guest):
        for f, far in ((4, "192.0.2.9"), (6, "2001:db8::9")):
            with ns.socket(INET[f], UDP) as s:
                s.settimeout(2)
                s.setsockopt(*((socket.IPPROTO_IP, 11, 1) if f == 4 else (socket.IPPROTO_IPV6, 25, 1)))  # RECVERR
                s.connect((far, 9))
                s.send(b"x")
                try:
                    s.recv(10)
                    raise AssertionError("answer")
                except TimeoutError:
                    raise AssertionError(f"{ns.role} v{f}: no error came back") from None
                except OSError as e:
                    print("   ", ns.role, f, e.strerror)


def path_mtu(stack):
    """A router's MTU reaches the stack whose connection it is about."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        for ns in (pod, guest):
            s = bound(ns, f, UDP, POD[f], 0)
            s.connect((NODE[f], 7000))
            near = s.getsockname()[1]
            udp = struct.pack("!HHHH", near, 7000, 1400, 0)
            if f == 4:
                inner = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 1420, 1, 0x4000, 64, 17, 0,
                                    socket.inet_aton(POD[4]), socket.inet_aton(NODE[4])) + udp
                body = struct.pack("!BBHHH", 3, 4, 0, 0, 1300) + inner
                body = body[:2] + struct.pack("!H", checksum(body)) + body[4:]
                raw = node.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
            else:
                inner = struct.pack("!IHBB16s16s", 6 << 28, 1400, 17, 64, socket.inet_pton(socket.AF_INET6, POD[6]),
                                    socket.inet_pton(socket.AF_INET6, NODE[6])) + udp
                body = struct.pack("!BBHI", 2, 0, 0, 1300) + inner
                raw = node.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
            raw.sendto(body, (POD[f], 0))
            time.sleep(0.1)
            with contextlib.suppress(OSError):
                s.send(b"x")
            mtu = s.getsockopt(socket.IPPROTO_IP, 14) if f == 4 else s.getsockopt(socket.IPPROTO_IPV6, 24)
            assert mtu == 1300, (ns.role, f, mtu)
            s.close()
            raw.close()


def multicast_and_broadcast(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    ears = []
    for ns in (pod, guest):
        s = bound(ns, 4, UDP, "", 5000)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton("239.1.2.3") + socket.inet_aton(POD[4]))
        ears.append(s)
        s = bound(ns, 6, UDP, "::", 5000)
        ears.append(s)
    with node.socket(socket.AF_INET, UDP) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(NODE[4]))
        s.sendto(b"cast", ("10.88.0.255", 5000))
        s.sendto(b"cast", ("239.1.2.3", 5000))
    with node.socket(socket.AF_INET6, UDP) as s:
        s.sendto(b"cast", ("ff02::1", 5000, 0, node.index("n0")))
    for s, times in zip(ears, (2, 1, 2, 1)):
        for _ in range(times):
            assert s.recv(10) == b"cast"


def options_and_extension_headers(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        server(stack, guest, "guest", f, UDP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, UDP, ANY[f], 9090)
        for ns, cases in (
            (node, ((POD[f], 8080, "guest"), (POD[f], 9090, "sidecar"))),
            (pod, ((LOCALHOST[f], 8080, "guest"), (POD[f], 8080, "guest"))),
            (guest, ((HOST[f], 9090, "sidecar"),)),
        ):
            for host, port, name in cases:
                for size in (5, 4000) if ns is not pod else (5,):
                    with ns.socket(INET[f], UDP) as s:
                        s.settimeout(1)
                        if f == 4:
                            s.setsockopt(socket.IPPROTO_IP, socket.IP_OPTIONS, bytes([1] * 11 + [0]))
                        else:  # hop by hop and destination options, eight bytes each: one PadN
                            for option in (54, 59):
                                s.setsockopt(socket.IPPROTO_IPV6, option, bytes([0, 0, 1, 4, 0, 0, 0, 0]))
                        s.connect((host, port))
                        s.send(b"o" * size)
                        answer = s.recv(65536)
                        assert len(answer) == size if size > 1000 else answer.decode().split()[0] == name, answer


def vlan_frames_are_the_guests(stack):
    bed = stack.enter_context(Bed(families=(4,)))
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    listening = bound(pod, 4, UDP, "", 9090)
    listening.settimeout(0.3)
    ear = guest.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    ear.bind(("eth0", ETH_P_ALL))
    ear.settimeout(0.5)
    mouth = node.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    mouth.bind(("n0", 0))
    udp = struct.pack("!HHHH", 6000, 9090, 8 + 4, 0) + b"vlan"
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton(NODE[4]),
                     socket.inet_aton(POD[4]))
    ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
    macs = mac_bytes(bed.mac) + mac_bytes(node.mac("n0"))
    mouth.send(macs + struct.pack("!HHH", 0x8100, 7, 0x0800) + ip + udp)
    seen = False
    with contextlib.suppress(TimeoutError):
        while not seen:
            seen = b"vlan" in ear.recv(2000)
    assert seen
    with contextlib.suppress(TimeoutError):
        raise AssertionError(listening.recv(10))
    mouth.send(macs + struct.pack("!HHH", 0x8100, 0xE000, 0x0800) + ip + udp)  # VLAN 0: priority only
    assert listening.recv(10) == b"vlan"


def interface_of_a_vlan(stack):
    """All is tagged on the trunk, where the kernel has VLANs at all."""
    try:
        bed = stack.enter_context(Bed(vlan=5))
    except RuntimeError as e:
        assert "Unknown device type" in str(e) or "not supported" in str(e), e
        print("    this kernel has no VLAN links")
        return
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        for kind in (TCP, UDP):
            server(stack, node, "world", f, kind, ANY[f], 7000)
            server(stack, guest, "guest", f, kind, ANY[f], 8080)
            server(stack, pod, "sidecar", f, kind, ANY[f], 9090)
            for ns, host, port, name in (
                (node, POD[f], 8080, "guest"), (node, POD[f], 9090, "sidecar"), (pod, LOCALHOST[f], 8080, "guest"),
                (pod, NODE[f], 7000, "world"), (guest, NODE[f], 7000, "world"), (guest, HOST[f], 9090, "sidecar"),
            ):
                says(dial(ns, f, kind, host, port), name)
        for ns, host, port in ((node, POD[f], 8080), (guest, NODE[f], 7000), (pod, NODE[f], 7000)):
            assert dial(ns, f, UDP, host, port, payload=b"z" * 8000)[0] == "8000 bytes"


def forwarding_pod(stack):
    """A pod that routes: whether a guest is there is asked of the route lookup."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    pod.sysctl("net.ipv4.ip_forward", "1")
    for f in (4, 6):
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        says(dial(node, f, TCP, POD[f], 8080), "guest")
        says(dial(pod, f, TCP, LOCALHOST[f], 8080), "guest")
    pod.ip("link", "del", "tap0")
    for f in (4, 6):
        says(dial(node, f, TCP, POD[f], 8080), "refused")
        says(dial(pod, f, TCP, LOCALHOST[f], 8080), "refused")


def filters_and_queues_of_others(stack):
    """A filter behind ours; fq, which looks at time stamps, where the kernel has it."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for ns, link in ((node, "n0"), (pod, "eth0"), (pod, "tap0"), (pod, "lo"), (guest, "eth0")):
        ns.execute("tc", "qdisc", "replace", "dev", link, "root", "fq", check=False)
    for direction in ("ingress", "egress"):
        for link in ("eth0", "lo", "tap0"):
            pod.execute("tc", "filter", "add", "dev", link, direction, "prio", "65000", "protocol", "all", "u32",
                        "match", "u32", "0", "0", "flowid", "1:1")
    for f in (4, 6):
        server(stack, guest, "guest", f, TCP, ANY[f], 8080)
        server(stack, pod, "sidecar", f, TCP, ANY[f], 9090)
        server(stack, node, "world", f, TCP, ANY[f], 7000)
        for ns, host, port, name in (
            (node, POD[f], 8080, "guest"), (node, POD[f], 9090, "sidecar"), (pod, LOCALHOST[f], 8080, "guest"),
            (pod, LOCALHOST[f], 9090, "sidecar"), (pod, NODE[f], 7000, "world"), (guest, NODE[f], 7000, "world"),
            (guest, HOST[f], 9090, "sidecar"), (pod, POD[f], 8080, "guest"),
        ):
            says(dial(ns, f, TCP, host, port), name)


def one_family(stack):
    for f in (4, 6):
        with Bed(families=(f,)) as bed, contextlib.ExitStack() as here:
            server(here, bed.guests[0], "guest", f, TCP, ANY[f], 8080)
            server(here, bed.pod, "sidecar", f, TCP, ANY[f], 9090)
            says(dial(bed.node, f, TCP, POD[f], 8080), "guest")
            says(dial(bed.pod, f, TCP, LOCALHOST[f], 8080), "guest")
            says(dial(bed.guests[0], f, TCP, HOST[f], 9090), "sidecar")
            other = 10 - f
            says(dial(bed.pod, other, TCP, LOCALHOST[other], 8080), "refused")


def guest_restarts(stack):
    """A new TAP under living filters: sidecar's connections do not notice, the new guest serves."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    server(stack, node, "world", 4, TCP, ANY[4], 7000)
    living = pod.socket(socket.AF_INET, TCP)
    living.settimeout(2)
    living.connect((NODE[4], 7000))
    living.recv(100)
    server(stack, guest, "guest", 4, TCP, ANY[4], 8080)
    says(dial(node, 4, TCP, POD[4], 8080), "guest")
    pod.ip("link", "del", "tap0")
    says(dial(node, 4, TCP, POD[4], 8080), "refused")
    living.sendall(b"a")
    assert living.recv(1) == b"a"
    pod.ip("link", "add", "tap0", "type", "veth", "peer", "name", "eth0", "netns", guest.name)
    guest.ip("link", "set", "eth0", "address", bed.mac)
    bed._addresses(guest, "eth0", POD)
    guest.ip("link", "set", "eth0", "up")
    pod.ip("link", "set", "tap0", "up")
    guest.ip("route", "add", "default", "via", NODE[4])
    bed.put_guest(0)
    bed.filter("tap0", "ingress", "from_guest")
    says(dial(node, 4, TCP, POD[4], 8080), "guest")
    says(dial(pod, 4, TCP, LOCALHOST[4], 8080), "guest")
    living.sendall(b"b")
    assert living.recv(1) == b"b"


def run_cases(names):
    """Those functions of a file that take a stack, or those of them that the command line names."""
    failed = 0
    for case in [f for f in names.values() if inspect.isfunction(f) and list(inspect.signature(f).parameters) == ["stack"]]:
        if len(sys.argv) > 1 and case.__name__ not in sys.argv[1:]:
            continue
        begin = time.monotonic()
        try:
            with contextlib.ExitStack() as stack:
                case(stack)
            word = "ok "
        except Exception:
            traceback.print_exc()
            word, failed = "BAD", failed + 1
        print(f"{word} {case.__name__.replace('_', ' ')} ({time.monotonic() - begin:.1f} s)", flush=True)
    print(f"{failed} failures")
    return failed > 0


if __name__ == "__main__":
    sys.exit(run_cases(globals()))
