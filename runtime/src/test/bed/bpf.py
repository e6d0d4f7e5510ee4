"""A loader of BPF objects with legacy maps: bpf(2) by ctypes, no library. For the test bed only."""

import contextlib
import ctypes
import os
import struct

MAP_CREATE, MAP_LOOKUP, MAP_UPDATE, MAP_DELETE, PROG_LOAD, OBJ_PIN, PROG_TEST_RUN = 0, 1, 2, 3, 5, 6, 10
SCHED_CLS = 3
NUMBERS = {"x86_64": 321, "aarch64": 280}
SHT_REL = 9
LD_IMM64 = 0x18
PSEUDO_MAP_FD = 1

libc = ctypes.CDLL(None, use_errno=True)


def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes, max(len(attributes), 128))
    result = libc.syscall(NUMBERS[os.uname().machine], command, buffer, len(buffer))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, f"bpf({command}): {os.strerror(error)}")
    return result


def address(buffer):
    return ctypes.addressof(buffer) if buffer is not None else 0


def possible_cpus():
    with open("/sys/devices/system/cpu/possible") as file:
        return int(file.read().strip().split("-")[-1]) + 1


class Map:
    def __init__(self, name, kind, key_size, value_size, entries, flags):
        self.name, self.kind, self.key_size, self.value_size = name, kind, key_size, value_size
        self.fd = bpf(
            MAP_CREATE,
            struct.pack("=IIIIIII16s", kind, key_size, value_size, entries, flags, 0, 0, name.encode()[:15]),
        )

    def put(self, key, value):
        assert len(key) == self.key_size and len(value) == self.value_size, (len(key), len(value))
        k, v = ctypes.create_string_buffer(key), ctypes.create_string_buffer(value)
        bpf(MAP_UPDATE, struct.pack("=IxxxxQQQ", self.fd, address(k), address(v), 0))

    def remove(self, key):
        k = ctypes.create_string_buffer(key)
        bpf(MAP_DELETE, struct.pack("=IxxxxQQQ", self.fd, address(k), 0, 0))

    def get(self, key, copies=1):
        k = ctypes.create_string_buffer(key)
        v = ctypes.create_string_buffer(self.value_size * copies)
        bpf(MAP_LOOKUP, struct.pack("=IxxxxQQQ", self.fd, address(k), address(v), 0))
        return v.raw


class Object:
    """Sections "tc/NAME" become programs; the section "maps" holds struct bpf_map_def per symbol."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        self.sections = self._sections()
        self.symbols = self._symbols()
        self.maps = {}
        for name, value, section in self.symbols:
            if name and self.sections[section]["name"] == "maps" and section < len(self.sections):
                at = self.sections[section]["offset"] + value
                self.maps[name] = Map(name, *struct.unpack_from("=IIIII", self.bytes, at))
        self.programs = {
            s["name"][3:]: self._load(s, index)
            for index, s in enumerate(self.sections)
            if s["name"].startswith("tc/")
        }

    def _sections(self):
        offset = struct.unpack_from("=Q", self.bytes, 40)[0]
        size, count, names = struct.unpack_from("=HHH", self.bytes, 58)
        raw = [struct.unpack_from("=IIQQQQIIQQ", self.bytes, offset + i * size) for i in range(count)]
        table = raw[names][4]
        return [
            {"name": self._text(table + r[0]), "type": r[1], "offset": r[4], "size": r[5], "link": r[6], "info": r[7]}
            for r in raw
        ]

    def _text(self, at):
        return self.bytes[at : self.bytes.index(b"\0", at)].decode()

    def _symbols(self):
        table = next(s for s in self.sections if s["name"] == ".symtab")
        strings = self.sections[table["link"]]["offset"]
        symbols = []
        for at in range(table["offset"], table["offset"] + table["size"], 24):
            name, _, _, section, value, _ = struct.unpack_from("=IBBHQQ", self.bytes, at)
            symbols.append((self._text(strings + name), value, section if section < len(self.sections) else 0))
        return symbols

    def _load(self, section, index):
        code = bytearray(self.bytes[section["offset"] : section["offset"] + section["size"]])
        for rel in self.sections:
            if rel["type"] != SHT_REL or rel["info"] != index:
                continue
            for at in range(rel["offset"], rel["offset"] + rel["size"], 16):
                offset, info = struct.unpack_from("=QQ", self.bytes, at)
                target = self.maps[self.symbols[info >> 32][0]]
                assert code[offset] == LD_IMM64
                code[offset + 1] = code[offset + 1] & 0x0F | PSEUDO_MAP_FD << 4
                struct.pack_into("=i", code, offset + 4, target.fd)
        return self._verify(section["name"][3:], code)

    def _verify(self, name, code):
        program = ctypes.create_string_buffer(bytes(code), len(code))
        license = ctypes.create_string_buffer(b"GPL")
        log = ctypes.create_string_buffer(1 << 24)

        def load(level):
            return bpf(PROG_LOAD, struct.pack(
                "=IIQQIIQII16s", SCHED_CLS, len(code) // 8, address(program), address(license), level,
                len(log) if level else 0, address(log) if level else 0, 0, 0, name.encode()[:15]))

        if os.environ.get("VERBOSE"):
            fd = load(4)  # only the statistics
            print(name, len(code) // 8, "instructions;", log.value.decode().replace("\n", "; "))
            return fd
        try:
            return load(0)
        except OSError as e:
            with contextlib.suppress(OSError):
                load(1)
            raise OSError(e.errno, f"{name} refused: ...{log.value[-3000:].decode()}") from None

    def pin(self, directory):
        for name, fd in self.programs.items():
            path = ctypes.create_string_buffer(os.path.join(directory, name).encode())
            bpf(OBJ_PIN, struct.pack("=QI", address(path), fd))

    def counters(self, name="counters"):
        """List of (packets, bytes), summed over CPUs."""
        table, cpus, result = self.maps[name], possible_cpus(), []
        index = 0
        while True:
            try:
                raw = table.get(struct.pack("=I", index), cpus)
            except OSError:
                return result
            values = struct.unpack(f"={2 * cpus}Q", raw)
            result.append((sum(values[0::2]), sum(values[1::2])))
            index += 1
