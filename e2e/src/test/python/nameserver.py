"""A name server for tests, by UDP and TCP.

nameserver.py LOG ADDRESS UDP_PORT TCP_PORT KIND NAME=ADDRESS[*COUNT]...

A port of 0 is any. The first line of LOG is "ready UDP_PORT TCP_PORT", the others are questions:
"udp A web.example 10.0.0.1", the last word being who asked. COUNT repeats the answer, to make one
that is too long for UDP: that one is sent empty and truncated, as RFC 1035 says.

KIND is "plain" or "stub". A stub is as careful as systemd-resolved's: it hears loopback only, by
device and by the asker's address, and what it sends may not be forwarded.
"""

import ipaddress
import socket
import struct
import sys
import threading

TYPES = {1: "A", 28: "AAAA"}
NAME_ERROR, NO_ERROR = 3, 0
TRUNCATED = 0x0200
UDP_BYTES = 512

log_path, address, udp_port, tcp_port, kind = sys.argv[1:6]
zone = {}
for entry in sys.argv[6:]:
    name, _, value = entry.partition("=")
    value, _, count = value.partition("*")
    packed = ipaddress.ip_address(value).packed
    record_type = 1 if len(packed) == 4 else 28
    zone.setdefault(name, {})[record_type] = [packed] * int(count or 1)

log = open(log_path, "a", buffering=1)


def question(message):
    """The name, its type and where the question ends."""
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("latin-1"))
        at += 1 + message[at]
    return ".".join(labels).lower(), struct.unpack_from(">H", message, at + 1)[0], at + 5


def answer(message, protocol, asker):
    name, record_type, end = question(message)
    print(protocol, TYPES.get(record_type, record_type), name, asker, file=log)
    records = zone.get(name, {}).get(record_type, [])
    flags = 0x8580 | (NO_ERROR if name in zone else NAME_ERROR)
    body = b"".join(
        struct.pack(">HHHIH", 0xC00C, record_type, 1, 1, len(data)) + data for data in records
    )
    count = len(records)
    if protocol == "udp" and end + len(body) > UDP_BYTES:
        flags, body, count = flags | TRUNCATED, b"", 0
    return message[:2] + struct.pack(">HHHHH", flags, 1, count, 0, 0) + message[12:end] + body


def is_heard(asker):
    return kind == "plain" or ipaddress.ip_address(asker).is_loopback


def serve_udp(server):
    while True:
        message, peer = server.recvfrom(4096)
        if is_heard(peer[0]):
            server.sendto(answer(message, "udp", peer[0]), peer)


def serve_tcp(server):
    while True:
        connection, peer = server.accept()
        with connection:
            connection.settimeout(5)
            stream = connection.makefile("rb")
            while is_heard(peer[0]) and len(head := stream.read(2)) == 2:
                reply = answer(stream.read(struct.unpack(">H", head)[0]), "tcp", peer[0])
                connection.sendall(struct.pack(">H", len(reply)) + reply)


def bound(socket_type, port):
    server = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket_type)
    server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if kind == "stub":
        server.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo")
        server.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 1)
    server.bind((address, int(port)))
    return server


udp = bound(socket.SOCK_DGRAM, udp_port)
tcp = bound(socket.SOCK_STREAM, tcp_port)
tcp.listen(16)
print("ready", udp.getsockname()[1], tcp.getsockname()[1], file=log)
threading.Thread(target=serve_udp, args=(udp,), daemon=True).start()
serve_tcp(tcp)
