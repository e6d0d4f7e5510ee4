"""A pod, its node and a stand-in for a guest, in namespaces of their own, joined by the pod fabric.

  node --n0====eth0-- pod --tap0====eth0-- guest

The guest is a namespace with the pod's hardware and IP addresses, behind a veth that plays the TAP:
the programs cannot tell. Everything is removed at the end, also after a failure.
"""

import contextlib
import ctypes
import ipaddress
import itertools
import os
import select
import socket
import struct
import subprocess
import tempfile
import threading
import time

import bpf

CLONE_NEWNET = 0x40000000
SHARE_LOCALHOST, SEVERAL_GUESTS = 1, 2
FAMILY_ON, FAMILY_RESOLVER = 1, 2
HELD_BY_ALL = 0x1FF
SOURCE = os.path.join(os.path.dirname(__file__), "../../main/c")

NODE = {4: "10.88.0.1", 6: "fd00:88::1"}
POD = {4: "10.88.0.2", 6: "fd00:88::2"}
GUEST_SIDE = {4: "169.254.223.0", 6: "fd75:7275:6e6a:1::"}
POD_SIDE = {4: "127.88.0.0", 6: "fd75:7275:6e6a:2::"}
LOCALHOST = {4: "127.0.0.1", 6: "::1"}
HOST = {4: "169.254.223.1", 6: "fd75:7275:6e6a:1::1"}
GUEST = {4: "127.88.0.2", 6: "fd75:7275:6e6a:2::2"}
HOST_MAC = "02:75:72:75:6e:01"
INET = {4: socket.AF_INET, 6: socket.AF_INET6}
SYSCTLS = {
    "net.ipv4.conf.lo.route_localnet": "1",
    "net.ipv4.conf.lo.accept_local": "1",
    "net.ipv4.conf.lo.rp_filter": "2",
}

NUMBERS = itertools.count()
libc = ctypes.CDLL(None, use_errno=True)


def run(*words, check=True):
    done = subprocess.run(words, capture_output=True, text=True)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr or done.stdout}")
    return done.stdout


def sixteen(address):
    if not address:
        return bytes(16)
    packed = ipaddress.ip_address(address).packed
    return bytes(16 - len(packed)) + packed


def mac_bytes(text):
    return bytes.fromhex(text.replace(":", ""))


def link_local(mac):
    """As the kernel makes it of a hardware address: RFC 4291, appendix A."""
    one, two, three, *rest = mac_bytes(mac)
    return str(ipaddress.ip_address(bytes([0xFE, 0x80, *[0] * 6, one ^ 2, two, three, 0xFF, 0xFE, *rest])))


class Namespace:
    def __init__(self, role):
        self.role, self.name = role, f"fabric-{os.getpid()}-{next(NUMBERS)}-{role}"
        run("ip", "netns", "add", self.name)
        self.fd = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        self.ip("link", "set", "lo", "up")

    def ip(self, *words, check=True):
        return run("ip", "-n", self.name, *words, check=check)

    def execute(self, *words, check=True):
        return run("ip", "netns", "exec", self.name, *words, check=check)

    def sysctl(self, name, value):
        self.execute("sysctl", "-q", "-w", f"{name}={value}")

    def index(self, link):
        return int(self.ip("-o", "link", "show", link).split(":")[0])

    def mac(self, link):
        words = self.ip("-o", "link", "show", link).split()
        return words[words.index("link/ether") + 1]

    def inside(self, act):
        """What the act returns, done by a thread of its own in the namespace."""
        result = []

        def work():
            try:
                if libc.setns(self.fd, CLONE_NEWNET):
                    raise OSError(ctypes.get_errno(), "setns")
                result.append(act())
            except BaseException as e:  # handed over, not swallowed
                result.append(e)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        if isinstance(result[0], BaseException):
            raise result[0]
        return result[0]

    def socket(self, *arguments):
        return self.inside(lambda: socket.socket(*arguments))

    def close(self):
        os.close(self.fd)
        run("ip", "netns", "del", self.name)


def compiled(directory):
    """The object's path; FABRIC_OBJECT names one that was compiled elsewhere."""
    if "FABRIC_OBJECT" in os.environ:
        return os.environ["FABRIC_OBJECT"]
    out = os.path.join(directory, "pod-fabric.o")
    arch = run("gcc", "-print-multiarch").strip()
    run("clang", "-O2", "-target", "bpf", "-mcpu=v2", "-Wall", "-Wextra", "-Werror", f"-isystem/usr/include/{arch}",
        "-c", os.path.join(SOURCE, "pod-fabric.bpf.c"), "-o", out)
    return out


class Bed:
    """`families`: which of 4 and 6 the pod has; `guests`: how many, each in a namespace; `resolver`:
    per family its address and its port, or its ports of UDP and TCP; `vlan`: eth0 is a link of that VLAN, as CNI's
    plugin of that name makes it, and n0 is at the other end of the trunk."""

    def __init__(self, families=(4, 6), guests=1, flags=SHARE_LOCALHOST, resolver=None, mtu=1500, attach=True, vlan=0):
        self.undo = contextlib.ExitStack()
        self.families, self.flags, self.resolver, self.mtu, self.vlan = families, flags, resolver or {}, mtu, vlan
        try:
            self.node, self.pod = (self._own(Namespace(r)) for r in ("node", "pod"))
            self.guests = [self._own(Namespace(f"guest{i}")) for i in range(guests)]
            self._wire()
            if attach:
                self._program()
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.undo.close()

    def _own(self, thing):
        self.undo.callback(thing.close)
        return thing

    def _addresses(self, ns, link, addresses):
        for f in self.families:
            ns.ip("addr", "add", addresses[f] + ("/24" if f == 4 else "/64"), "dev", link,
                  *(["nodad"] if f == 6 else []))

    def _wire(self):
        node, pod = self.node, self.pod
        for ns in (node, pod, *self.guests):
            ns.sysctl("net.ipv6.conf.default.accept_dad", "0")
            ns.sysctl("net.ipv6.conf.all.disable_ipv6", "0")
        if self.vlan:
            node.ip("link", "add", "trunk0", "type", "veth", "peer", "name", "trunk1")
            for trunk, link in (("trunk0", "n0"), ("trunk1", "eth0")):
                node.ip("link", "set", trunk, "up")
                node.ip("link", "add", "link", trunk, "name", link, "type", "vlan", "id", str(self.vlan))
            node.ip("link", "set", "eth0", "netns", pod.name)
        else:
            node.ip("link", "add", "n0", "mtu", str(self.mtu), "type", "veth", "peer", "name", "eth0",
                    "mtu", str(self.mtu), "netns", pod.name)
        self._addresses(node, "n0", NODE)
        self._addresses(pod, "eth0", POD)
        node.ip("link", "set", "n0", "up")
        pod.ip("link", "set", "eth0", "up")
        self.mac = pod.mac("eth0")
        for i, guest in enumerate(self.guests):
            pod.ip("link", "add", f"tap{i}", "mtu", str(self.mtu), "type", "veth", "peer", "name", "eth0",
                   "mtu", str(self.mtu), "netns", guest.name)
            pod.execute("sysctl", "-q", "-w", f"net.ipv6.conf.tap{i}.disable_ipv6=1")
            guest.ip("link", "set", "eth0", "address", self.mac)
            self._addresses(guest, "eth0", POD)
            guest.ip("link", "set", "eth0", "up")
            pod.ip("link", "set", f"tap{i}", "up")
        for ns in (pod, *self.guests):
            for f in self.families:
                ns.ip(f"-{f}", "route", "add", "default", "via", NODE[f])
        for name, value in SYSCTLS.items():
            pod.sysctl(name, value)
        if 4 in self.families:
            pod.ip("route", "add", "local", POD_SIDE[4] + "/16", "dev", "lo", "src", "127.0.0.1",
                   "mtu", str(self.mtu), "table", "local")
        if 6 in self.families:
            pod.ip("-6", "route", "add", "local", POD_SIDE[6] + "/112", "dev", "lo", "src", "::1",
                   "mtu", str(self.mtu), "table", "local")

    def _program(self):
        self.directory = tempfile.mkdtemp(prefix="fabric-")
        self.undo.callback(os.rmdir, self.directory)
        run("mount", "-t", "bpf", "bpf", self.directory)
        self.undo.callback(run, "umount", self.directory)
        with tempfile.TemporaryDirectory() as work:
            self.object = bpf.Object(compiled(work))
        self.object.pin(self.directory)
        for slot in range(len(self.guests)):
            self.put_guest(slot)
        self.settings()
        self.filter("eth0", "ingress", "from_net")
        self.filter("lo", "egress", "from_lo")
        for slot in range(len(self.guests)):
            self.filter(f"tap{slot}", "ingress", "from_guest")

    def filter(self, link, direction, program):
        self.pod.execute("tc", "qdisc", "add", "dev", link, "clsact")
        self.pod.execute("tc", "filter", "add", "dev", link, direction, "prio", "49152", "handle", "1", "bpf",
                         "da", "object-pinned", os.path.join(self.directory, program))

    def settings(self, default_guest=0):
        family = b""
        for f in (4, 6):
            on = f in self.families
            resolver, *ports = self.resolver.get(f, (None, 0))
            family += sixteen(on and POD[f]) + sixteen(GUEST_SIDE[f]) + sixteen(POD_SIDE[f]) + sixteen(resolver)
            family += struct.pack("!HH", ports[0], ports[-1])  # UDP, TCP
            family += struct.pack("=Hxx", (FAMILY_ON if on else 0) | (FAMILY_RESOLVER if resolver else 0))
        head = struct.pack("=IIII6sxx", self.flags, self.pod.index("eth0"), 1, default_guest, mac_bytes(HOST_MAC))
        self.object.maps["settings"].put(struct.pack("=I", 0), head + family)

    def put_guest(self, slot):
        index = self.pod.index(f"tap{slot}")
        value = struct.pack("=II6sxx", index, self.mtu, mac_bytes(self.mac))
        self.object.maps["guests"].put(struct.pack("=I", slot), value)
        self.object.maps["taps"].put(struct.pack("=I", index), struct.pack("=I", slot))
        for f in self.families:
            self.hold(POD[f])
        self.hold(link_local(self.mac))

    def hold(self, address):
        """Every guest and the pod have an address."""
        self.object.maps["addresses"].put(sixteen(address), struct.pack("=I", HELD_BY_ALL))

    def claim(self, slot, protocol, port):
        self.object.maps["ports"].put(struct.pack("!BxH", protocol, port), struct.pack("=I", slot))

    def counters(self):
        names = []
        with open(os.path.join(SOURCE, "pod-fabric.h")) as file:
            body = file.read().split("enum counter {")[1]
        for line in body.splitlines():
            words = line.strip().split(" = ")
            if len(words) == 2 and words[0] != "COUNTERS":
                names.append(words[0])
        return {n: c[0] for n, c in zip(names, self.object.counters()) if c[0]}


class Server:
    """Answers with its name and the peer it sees; `peers` keeps them."""

    def __init__(self, ns, name, family, kind, host, port, device=None):
        self.name, self.kind, self.peers = name, kind, []
        self.socket = ns.socket(INET[family], kind)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == 6:
            self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        self.socket.bind((host, port))
        if kind == socket.SOCK_STREAM:
            self.socket.listen(64)
        self.stopping, self.wake = os.pipe()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            ready, _, _ = select.select([self.socket, self.stopping], [], [])
            if self.stopping in ready:
                return
            if self.kind == socket.SOCK_DGRAM:
                try:
                    message, peer = self.socket.recvfrom(65536)
                except OSError:
                    continue
                self.peers.append(peer[:2])
                reply = f"{self.name} {peer[0]} {len(message)} ".encode()
                self.socket.sendto(reply + message[len(reply):] if len(message) > 1000 else reply, peer)
            else:
                connection, peer = self.socket.accept()
                self.peers.append(peer[:2])
                threading.Thread(target=self._talk, args=(connection, peer), daemon=True).start()

    def _talk(self, connection, peer):
        with connection:
            connection.settimeout(10)
            with contextlib.suppress(OSError):
                connection.sendall(f"{self.name} {peer[0]}\n".encode())
                while chunk := connection.recv(1 << 16):
                    connection.sendall(chunk)

    def close(self):
        os.write(self.wake, b"x")
        self.thread.join()
        os.close(self.wake)
        os.close(self.stopping)
        self.socket.close()


def dial(ns, family, kind, host, port, source=None, wait=2.0, payload=b"hello"):
    """(what came back, milliseconds). A refusal is the word "refused", silence "timeout"."""
    with ns.socket(INET[family], kind) as s:
        s.settimeout(wait)
        if source:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            s.bind(source)
        begin = time.monotonic()
        try:
            s.connect((host, port))
            if kind == socket.SOCK_DGRAM:
                s.send(payload)
            answer = s.recv(65536)
            word = answer.decode(errors="replace").strip() if len(answer) < 1000 else f"{len(answer)} bytes"
        except ConnectionRefusedError:
            word = "refused"
        except TimeoutError:
            word = "timeout"
        except OSError as e:
            word = f"error {e.strerror}"
        return word, (time.monotonic() - begin) * 1000


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ping(ns, family, host, wait=2.0, size=32):
    protocol = socket.IPPROTO_ICMP if family == 4 else socket.IPPROTO_ICMPV6
    kind, back = (8, 0) if family == 4 else (128, 129)
    identity = os.getpid() & 0xFFFF
    message = struct.pack("!BBHHH", kind, 0, 0, identity, 1) + bytes(size)
    if family == 4:
        message = message[:2] + struct.pack("!H", checksum(message)) + message[4:]
    with ns.socket(INET[family], socket.SOCK_RAW, protocol) as s:
        s.settimeout(wait)
        begin = time.monotonic()
        try:
            s.sendto(message, (host, 0))
            while True:
                answer, peer = s.recvfrom(65536)
                body = answer[(answer[0] & 15) * 4 :] if family == 4 else answer
                if body[0] == back and struct.unpack_from("!H", body, 4)[0] == identity:
                    return "answered", (time.monotonic() - begin) * 1000
        except TimeoutError:
            return "timeout", (time.monotonic() - begin) * 1000
        except OSError as e:
            return f"error {e.strerror}", (time.monotonic() - begin) * 1000
