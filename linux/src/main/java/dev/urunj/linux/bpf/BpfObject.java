package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.Quoted;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// What clang makes of a C file with programs for traffic control (`clang -O2 -target bpf -c`):
///
/// - each section `tc/NAME` has one program, whose name is that of its function;
/// - the section `maps` has one `struct bpf_map_def` ([MapSpec]) per variable, the map's name is
///   the variable's; programs refer to it by `&variable`;
/// - the section `license` has a zero-terminated string.
///
/// Everything is in these sections: what refers to a function elsewhere (write `static inline
/// __attribute__((always_inline))`) or to a global variable is refused, with the section and the
/// instruction. Debugging sections are passed over.
public final class BpfObject {
  static final int R_BPF_64_64 = 1; // Documentation/bpf/llvm_reloc.rst
  static final int BPF_MAP_DEF_SIZE = 20;

  private static final String CLASSIFIER = "tc/";
  private static final byte BPF_LD_IMM_DW = 0x18;
  private static final int MOST = 64;

  private final List<MapSpec> maps;
  private final List<ProgramSpec> programs;

  private BpfObject(List<MapSpec> maps, List<ProgramSpec> programs) {
    this.maps = maps;
    this.programs = programs;
  }

  /// Reads an object file.
  ///
  /// @param content the file's bytes
  /// @throws IOException with one line when it is no such object
  public static BpfObject parse(byte[] content) throws IOException {
    return new Reader(ElfFile.parse(content)).read();
  }

  /// In their order in the file.
  public List<MapSpec> maps() {
    return maps;
  }

  /// In their order in the file.
  public List<ProgramSpec> programs() {
    return programs;
  }

  /// One file while it is read.
  private static final class Reader {
    private final ElfFile elf;
    private final List<MapSpec> maps = new ArrayList<>();
    private final List<Long> mapOffsets = new ArrayList<>();
    private final List<ProgramSpec> programs = new ArrayList<>();
    private int mapsSection = -1;

    Reader(ElfFile elf) {
      this.elf = elf;
    }

    BpfObject read() throws IOException {
      try {
        readMaps();
        String license = license();
        for (ElfFile.Section section : elf.sections()) {
          if (section.isCode() && section.size() > 0 && !section.name().equals(".text")) {
            checkRoom(programs.size(), "programs");
            programs.add(program(section, license));
          }
        }
      } catch (IllegalArgumentException e) {
        throw new IOException("BPF object: " + e.getMessage(), e);
      }
      if (programs.isEmpty()) {
        throw new IOException("BPF object without a program; expected a section \"tc/NAME\"");
      }
      return new BpfObject(List.copyOf(maps), List.copyOf(programs));
    }

    private static void checkRoom(int count, String what) throws IOException {
      if (count == MOST) {
        throw new IOException("BPF object: more than " + MOST + " " + what);
      }
    }

    private String license() throws IOException {
      ElfFile.Section section = elf.section("license");
      if (section == null) {
        throw new IOException("BPF object without a section \"license\"");
      }
      byte[] text = elf.content(section);
      int length = 0;
      while (length < text.length && text[length] != 0) {
        if (text[length] < ' ' || ++length > 127) {
          throw new IOException("BPF object: a license that is not a short text");
        }
      }
      return new String(text, 0, length, StandardCharsets.US_ASCII);
    }

    private void readMaps() throws IOException {
      ElfFile.Section section = elf.section("maps");
      if (section == null) {
        return;
      }
      mapsSection = section.index();
      byte[] content = elf.content(section);
      for (ElfFile.Symbol symbol : elf.symbols()) {
        if (symbol.section() == mapsSection && symbol.type() == ElfFile.STT_OBJECT) {
          readMap(symbol, ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN));
        }
      }
    }

    private void readMap(ElfFile.Symbol symbol, ByteBuffer content) throws IOException {
      long at = symbol.value();
      if (symbol.size() != BPF_MAP_DEF_SIZE
          || at < 0
          || at > content.capacity() - BPF_MAP_DEF_SIZE) {
        throw new IOException(
            "BPF object: map "
                + Quoted.of(symbol.name())
                + " of "
                + symbol.size()
                + " bytes at "
                + at
                + " of "
                + content.capacity()
                + "; expected a struct bpf_map_def of 20");
      }
      checkRoom(maps.size(), "maps");
      int base = (int) at;
      mapOffsets.add(at);
      maps.add(
          new MapSpec(
              symbol.name(),
              content.getInt(base),
              content.getInt(base + 4),
              content.getInt(base + 8),
              content.getInt(base + 12),
              content.getInt(base + 16)));
    }

    private ProgramSpec program(ElfFile.Section section, String license) throws IOException {
      if (!section.name().startsWith(CLASSIFIER)) {
        throw new IOException(
            "BPF object: code in section " + Quoted.of(section.name()) + "; expected \"tc/NAME\"");
      }
      byte[] code = elf.content(section);
      List<ProgramSpec.MapReference> references = new ArrayList<>();
      for (ElfFile.Relocation relocation : elf.relocationsOf(section)) {
        references.add(reference(section, relocation, code));
      }
      return new ProgramSpec(functionOf(section), section.name(), license, code, references);
    }

    private String functionOf(ElfFile.Section section) throws IOException {
      String name = "";
      for (ElfFile.Symbol symbol : elf.symbols()) {
        if (symbol.section() == section.index() && symbol.type() == ElfFile.STT_FUNC) {
          if (!name.isEmpty()) {
            throw new IOException(
                "BPF object: section " + Quoted.of(section.name()) + " has several functions");
          }
          name = symbol.name();
        }
      }
      return name;
    }

    /// A symbol of the map, or the section's symbol and an offset in the instruction.
    private ProgramSpec.MapReference reference(
        ElfFile.Section section, ElfFile.Relocation relocation, byte[] code) throws IOException {
      long at = relocation.offset();
      boolean aligned = at >= 0 && at % ProgramSpec.BPF_INSN_SIZE == 0 && at <= code.length - 16;
      if (aligned
          && relocation.type() == R_BPF_64_64
          && relocation.symbol().section() == mapsSection
          && code[(int) at] == BPF_LD_IMM_DW) {
        int addend = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).getInt((int) at + 4);
        int map = mapOffsets.indexOf(relocation.symbol().value() + addend);
        if (map >= 0) {
          int instruction = (int) at / ProgramSpec.BPF_INSN_SIZE;
          return new ProgramSpec.MapReference(instruction, maps.get(map).name());
        }
      }
      throw new IOException(
          "BPF object: section "
              + Quoted.of(section.name())
              + " refers to "
              + Quoted.of(relocation.symbol().name())
              + " at byte "
              + at
              + " (relocation "
              + relocation.type()
              + "); expected maps only, functions always inlined and no global variables");
    }
  }
}
