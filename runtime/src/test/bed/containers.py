"""What is the containers' beside a guest although no socket says so: python3 containers.py [NAME ...]."""

import contextlib
import socket
import struct
import sys
import time

from bed import INET, NODE, POD, Bed, checksum, dial, link_local, mac_bytes, ping
from hardening import ANY, TCP, UDP, bound, run_cases, says, server

PROTOCOLS = (112, 89, 47, 4, 41, 132, 33, 50)  # VRRP, OSPF, GRE, IPIP, SIT, SCTP, DCCP, ESP
VIP = {4: "203.0.113.5", 6: "fd00:99::5"}
EAPOL, LLDP, IP = 0x888E, 0x88CC, 0x0800


def raw(ns, family, protocol):
    s = ns.socket(INET[family], socket.SOCK_RAW, protocol)
    s.settimeout(2)
    return s


def ear(ns, protocol, link="eth0"):
    """A packet socket of one ethertype; what the namespace sends itself it does not hear."""
    s = ns.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(protocol))
    s.bind((link, protocol))
    s.settimeout(2)
    return s


def hears(s, word):
    with contextlib.suppress(TimeoutError):
        while True:
            if word in s.recv(2000):
                return True
    return False


def errors(ns, family, act):
    """The ICMP errors that a namespace gets of what it does."""
    with raw(ns, family, socket.IPPROTO_ICMP if family == 4 else socket.IPPROTO_ICMPV6) as s:
        act()
        s.settimeout(0.4)
        found = []
        with contextlib.suppress(TimeoutError):
            while True:
                message = s.recv(2000)
                message = message[20:] if family == 4 else message
                if message[0] in ((3,) if family == 4 else (1, 4)):
                    found.append((message[0], message[1]))
        return found


def udp4(source, port, text, to=POD[4]):
    udp = struct.pack("!HHHH", source, port, 8 + len(text), 0) + text
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0, socket.inet_aton(NODE[4]),
                     socket.inet_aton(to))
    return ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:] + udp


def sends(bed, ethertype, body, to=None):
    with bed.node.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as mouth:
        mouth.bind(("n0", 0))
        mouth.send((to or mac_bytes(bed.mac)) + mac_bytes(bed.node.mac("n0")) + struct.pack("!H", ethertype) + body)


def protocols_without_ports_reach_guest_and_container(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for f in (4, 6):
        for protocol in PROTOCOLS:
            with contextlib.ExitStack() as here:
                ears = [here.enter_context(raw(ns, f, protocol)) for ns in (pod, guest)]
                mouth = here.enter_context(raw(node, f, protocol))
                for size in (40, 3000):
                    mouth.sendto(b"word" + bytes(size), (POD[f], 0))
                    for name, s in zip(("container", "guest"), ears):
                        got = s.recv(5000)
                        assert got[20 if f == 4 else 0 :] == b"word" + bytes(size), (f, protocol, name, len(got))


def protocol_that_the_guest_has_is_not_refused_by_the_pod(stack):
    bed = stack.enter_context(Bed())
    node, guest = bed.node, bed.guests[0]
    for f, refusal in ((4, (3, 2)), (6, (4, 1))):
        for protocol in (112, 47, 132):
            with raw(node, f, protocol) as mouth:
                with raw(guest, f, protocol):
                    found = errors(node, f, lambda: mouth.sendto(b"x" * 40, (POD[f], 0)))
                    assert found == [], (f, protocol, found)
                found = errors(node, f, lambda: mouth.sendto(b"x" * 40, (POD[f], 0)))
                assert found == [refusal], (f, protocol, found)


def tunnels_of_a_container_work(stack):
    """IPIP as kube-router's direct server return has it, where the kernel has such links."""
    bed = stack.enter_context(Bed())
    node, pod = bed.node, bed.pod
    tried = 0
    for kind in ("ipip", "sit", "gre", "gretap", "ip6gre"):
        f = 6 if kind == "ip6gre" else 4
        try:
            for ns, near, far, address in ((node, NODE, POD, "192.168.77.1"), (pod, POD, NODE, "192.168.77.2")):
                ns.ip("link", "add", "tun1", "type", kind, "local", near[f], "remote", far[f])
                if kind == "sit":
                    ns.ip("addr", "add", "fd00:77::" + address[-1] + "/64", "dev", "tun1", "nodad")
                else:
                    ns.ip("addr", "add", address + "/24", "dev", "tun1")
                ns.ip("link", "set", "tun1", "up")
        except RuntimeError as e:
            assert "Unknown device type" in str(e) or "not supported" in str(e), e
            node.ip("link", "del", "tun1", check=False)
            continue
        tried += 1
        inner = 6 if kind == "sit" else 4
        target = "fd00:77::2" if inner == 6 else "192.168.77.2"
        with contextlib.ExitStack() as here:
            server(here, pod, "container", inner, TCP, ANY[inner], 9300)
            assert ping(node, inner, target)[0] == "answered", kind
            says(dial(node, inner, TCP, target, 9300), "container")
        for ns in (node, pod):
            ns.ip("link", "del", "tun1")
    print(f"    {tried} kinds of tunnels")


def packet_sockets_of_one_ethertype_hear(stack):
    bed = stack.enter_context(Bed())
    pod, guest = bed.pod, bed.guests[0]
    for protocol, to in ((EAPOL, None), (LLDP, None), (LLDP, bytes.fromhex("0180c200000e")), (0x88F7, None)):
        ears = [ear(ns, protocol) for ns in (pod, guest)]
        sends(bed, protocol, b"word" + bytes(50), to)
        assert [hears(s, b"word") for s in ears] == [True, True], hex(protocol)
        for s in ears:
            s.close()


def clients_of_dhcp_hear_their_server(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    for source in (67, 1067):
        ears = [ear(ns, IP) for ns in (pod, guest)]
        sends(bed, IP, udp4(source, 68, b"word"))
        assert [hears(s, b"word") for s in ears] == [True, True], source
        for s in ears:
            s.close()
    client = ear(pod, IP)
    sends(bed, IP, udp4(67, 68, b"word", "10.88.0.77"))  # an address that is only offered
    assert hears(client, b"word")
    client.close()
    # a socket that is bound there owns the port, the guest's too
    server(stack, guest, "guest", 4, UDP, ANY[4], 68)
    assert errors(node, 4, lambda: says(dial(node, 4, UDP, POD[4], 68), "guest")) == []
    server(stack, pod, "container", 4, UDP, ANY[4], 68)
    says(dial(node, 4, UDP, POD[4], 68), "container")


def address_that_the_guest_does_not_have_is_the_pods(stack):
    """On lo for direct server return, on eth0 since the guest's start, on another interface."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    pod.ip("link", "add", "net1", "type", "veth", "peer", "name", "other1")
    pod.ip("link", "set", "net1", "up")
    later = {4: "10.88.0.9", 6: "fd00:88::9"}
    other = {4: "198.51.100.9", 6: "fd00:98::9"}
    for f in (4, 6):
        more = ["nodad"] if f == 6 else []
        for address, link in ((VIP[f], "lo"), (later[f], "eth0"), (other[f], "net1")):
            pod.ip("addr", "add", address + ("/32" if f == 4 else "/128"), "dev", link, *more)
            if address != later[f]:
                node.ip(f"-{f}", "route", "add", address, "via", POD[f])
        for kind in (TCP, UDP):
            server(stack, guest, "guest", f, kind, ANY[f], 8080)
            for address in (VIP[f], later[f], other[f]):
                server(stack, pod, "container", f, kind, address, 9090)
                says(dial(node, f, kind, address, 9090), "container")
                says(dial(node, f, kind, address, 8080), "refused")
                says(dial(node, f, kind, address, 9999), "refused")
                assert ping(node, f, address)[0] == "answered", address
                if kind == UDP:
                    assert dial(node, f, kind, address, 9090, payload=b"z" * 4000)[0] == "4000 bytes", address
            says(dial(node, f, kind, POD[f], 8080), "guest")
            says(dial(node, f, kind, POD[f], 9999), "refused")


def second_address_that_the_guest_has_is_the_guests(stack):
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    second = {4: "10.88.0.9", 6: "fd00:88::9"}
    for f in (4, 6):
        for ns in (pod, guest):
            ns.ip("addr", "add", second[f] + ("/24" if f == 4 else "/64"), "dev", "eth0", *(["nodad"] if f == 6 else []))
        bed.hold(second[f])
        for kind in (TCP, UDP):
            server(stack, guest, "guest", f, kind, second[f], 8080)
            server(stack, pod, "container", f, kind, second[f], 9090)
            says(dial(node, f, kind, second[f], 8080), "guest")
            says(dial(node, f, kind, second[f], 9090), "container")
            says(dial(node, f, kind, second[f], 9999), "refused")
        assert ping(node, f, second[f])[0] == "answered"
    ll = link_local(bed.mac)
    with guest.socket(socket.AF_INET6, UDP) as s, node.socket(socket.AF_INET6, UDP) as near:
        s.settimeout(2)
        s.bind(("::", 8081))
        near.sendto(b"link", (ll, 8081, 0, node.index("n0")))
        assert s.recv(10) == b"link"


def what_the_pod_forwards_is_not_the_guests(stack):
    """A nested container, as of a docker daemon in the pod, that the world has a route to."""
    bed = stack.enter_context(Bed())
    node, pod, guest = bed.node, bed.pod, bed.guests[0]
    nested = bed._own(type(pod)("nested"))
    pod.ip("link", "add", "docker0", "type", "veth", "peer", "name", "eth0", "netns", nested.name)
    pod.execute("sysctl", "-q", "-w", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1")
    for f, near, far in ((4, "172.17.0.1/24", "172.17.0.2"), (6, "fd00:17::1/64", "fd00:17::2")):
        pod.ip("addr", "add", near, "dev", "docker0", *(["nodad"] if f == 6 else []))
        nested.ip("addr", "add", far + near[near.index("/") :], "dev", "eth0", *(["nodad"] if f == 6 else []))
        pod.ip("link", "set", "docker0", "up")
        nested.ip("link", "set", "eth0", "up")
        nested.ip(f"-{f}", "route", "add", "default", "via", near.split("/")[0])
        node.ip(f"-{f}", "route", "add", far, "via", POD[f])
        for kind in (TCP, UDP):
            server(stack, nested, "nested", f, kind, ANY[f], 8080)
            server(stack, guest, "guest", f, kind, ANY[f], 8080)
            says(dial(node, f, kind, far, 8080), "nested")
            says(dial(node, f, kind, far, 9999), "refused")
            says(dial(node, f, kind, POD[f], 8080), "guest")


def multicast_in_a_frame_to_one_host_is_both_s(stack):
    bed = stack.enter_context(Bed(families=(4,)))
    pod, guest = bed.pod, bed.guests[0]
    ears = []
    for ns in (pod, guest):
        s = bound(ns, 4, UDP, "", 5000)
        s.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                     socket.inet_aton("239.1.2.3") + socket.inet_aton(POD[4]))
        ears.append(s)
    sends(bed, IP, udp4(6000, 5000, b"cast", "239.1.2.3"))
    for s in ears:
        assert s.recv(10) == b"cast"


def answers(bed, family, address):
    """How many hosts answer who is asked for an address, in half a second."""
    node = bed.node
    ours = mac_bytes(node.mac("n0"))
    with node.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3)) as s:
        s.bind(("n0", 3))
        if family == 4:
            body = struct.pack("!HHBBH", 1, IP, 6, 4, 1) + ours + socket.inet_aton(NODE[4]) + bytes(6)
            sends(bed, 0x0806, body + socket.inet_aton(address), b"\xff" * 6)
        else:
            target = socket.inet_pton(socket.AF_INET6, address)
            group = socket.inet_pton(socket.AF_INET6, "ff02::1:ff00:0")[:13] + target[13:]
            message = struct.pack("!BBHI", 135, 0, 0, 0) + target  # with the source ::, as of whoever looks for a double
            pseudo = bytes(16) + group + struct.pack("!II", len(message), 58) + message
            message = message[:2] + struct.pack("!H", checksum(pseudo)) + message[4:]
            ip = struct.pack("!IHBB", 6 << 28, len(message), 58, 255) + bytes(16) + group
            sends(bed, 0x86DD, ip + message, b"\x33\x33" + group[12:])
        found, until = 0, time.monotonic() + 0.5
        while (left := until - time.monotonic()) > 0:
            s.settimeout(left)
            with contextlib.suppress(TimeoutError):
                data, where = s.recvfrom(2000)
                if where[2] == socket.PACKET_OUTGOING:
                    continue
                if family == 4:
                    found += data[6:8] == b"\0\2" and data[14:18] == socket.inet_aton(address)
                else:
                    found += data[6] == 58 and data[40] == 136 and data[48:64] == target
        return found


def address_that_has_left_the_pod_is_answered_for_by_nobody(stack):
    bed = stack.enter_context(Bed())
    pod, guest = bed.pod, bed.guests[0]
    second = {4: "10.88.0.9", 6: "fd00:88::9"}
    for f in (4, 6):
        length = "/24" if f == 4 else "/64"
        for ns in (pod, guest):
            ns.ip("addr", "add", second[f] + length, "dev", "eth0", *(["nodad"] if f == 6 else []))
        bed.hold(second[f])
        for address in (second[f], POD[f]):
            assert answers(bed, f, address) == 1, address
            pod.ip("addr", "del", address + length, "dev", "eth0")
            assert answers(bed, f, address) == 0, address


def pod_behind_a_hairpin_port_finds_no_double_of_its_address(stack):
    bed = stack.enter_context(Bed())
    node, pod = bed.node, bed.pod
    node.ip("link", "add", "br0", "type", "bridge", "mcast_snooping", "0")
    node.ip("link", "set", "br0", "up")
    node.ip("link", "set", "n0", "master", "br0")
    node.execute("bridge", "link", "set", "dev", "n0", "hairpin", "on")
    pod.sysctl("net.ipv6.conf.eth0.accept_dad", "1")
    pod.ip("addr", "del", POD[6] + "/64", "dev", "eth0")
    pod.ip("addr", "add", POD[6] + "/64", "dev", "eth0")
    until = time.monotonic() + 10
    while "tentative" in (seen := pod.ip("addr", "show", "dev", "eth0", "to", POD[6])) and time.monotonic() < until:
        if "dadfailed" in seen:
            break
        time.sleep(0.1)
    assert POD[6] in seen and "tentative" not in seen and "dadfailed" not in seen, seen


if __name__ == "__main__":
    sys.exit(run_cases(globals()))
