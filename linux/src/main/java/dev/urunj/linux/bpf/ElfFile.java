package dev.urunj.linux.bpf;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The sections, symbols and relocations of a relocatable little-endian ELF64 file for BPF, elf(5).
/// Whatever the bytes are, the outcome is an [ElfFile] or an IOException; every offset is checked
/// where it is used.
final class ElfFile {
  // include/uapi/linux/elf.h, include/uapi/linux/elf-em.h
  static final int EI_CLASS = 4;
  static final int EI_DATA = 5;
  static final int ELFCLASS64 = 2;
  static final int ELFDATA2LSB = 1;
  static final int ET_REL = 1;
  static final int EM_BPF = 247;
  static final int ELF64_EHDR_SIZE = 64;
  static final int ELF64_SHDR_SIZE = 64;
  static final int ELF64_SYM_SIZE = 24;
  static final int ELF64_REL_SIZE = 16;
  static final int SHT_PROGBITS = 1;
  static final int SHT_SYMTAB = 2;
  static final int SHT_REL = 9;
  static final int SHF_EXECINSTR = 4;
  static final int STT_OBJECT = 1;
  static final int STT_FUNC = 2;

  private static final int STT_LOCAL_LABEL = 0; // STB_LOCAL << 4 | STT_NOTYPE
  private static final int ELF_MAGIC = 0x464c457f;
  private static final int LARGEST_FILE_BYTES = 1024 * 1024;
  private static final int MOST_SECTIONS = 1024;
  private static final int MOST_RELOCATIONS = 65_536;
  private static final int LONGEST_NAME = 255;

  private final ByteBuffer file;
  private final List<Section> sections = new ArrayList<>();
  private final List<Symbol> symbols = new ArrayList<>();

  /// A section; `Elf64_Shdr`, 64 bytes. Its content lies within the file.
  ///
  /// @param link index of a section that this one needs: the names of a symbol table
  /// @param target index of the section that relocations are for (`sh_info`)
  record Section(
      int index, String name, int type, long flags, int offset, int size, int link, int target) {
    boolean isCode() {
      return type == SHT_PROGBITS && (flags & SHF_EXECINSTR) != 0;
    }
  }

  /// A symbol; `Elf64_Sym`, 24 bytes.
  ///
  /// @param section the index of the section it lies in; may be none of the file
  /// @param value its offset there
  record Symbol(String name, int type, int section, long value, long size) {}

  /// A relocation; `Elf64_Rel`, 16 bytes.
  ///
  /// @param offset in the section that is relocated
  record Relocation(long offset, int type, Symbol symbol) {}

  private ElfFile(byte[] content) {
    this.file = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
  }

  /// Reads headers and symbols.
  ///
  /// @param content not copied, not to be changed while this object is used
  static ElfFile parse(byte[] content) throws IOException {
    ElfFile elf = new ElfFile(content);
    try {
      elf.readHeader();
      elf.readSymbols();
      return elf;
    } catch (IndexOutOfBoundsException | BufferUnderflowException e) {
      throw new IOException("BPF object of " + content.length + " bytes is cut short", e);
    }
  }

  List<Section> sections() {
    return sections;
  }

  List<Symbol> symbols() {
    return symbols;
  }

  /// The first section of that name.
  @Nullable Section section(String name) {
    for (Section section : sections) {
      if (section.name.equals(name)) {
        return section;
      }
    }
    return null;
  }

  /// A copy of what a section holds.
  byte[] content(Section section) {
    byte[] content = new byte[section.size];
    file.get(section.offset, content);
    return content;
  }

  /// The relocations of one section, from all tables that are for it.
  List<Relocation> relocationsOf(Section section) throws IOException {
    List<Relocation> relocations = new ArrayList<>();
    for (Section table : sections) {
      if (table.type == SHT_REL && table.target == section.index) {
        readRelocations(table, relocations);
      }
    }
    return relocations;
  }

  private void readRelocations(Section table, List<Relocation> into) throws IOException {
    for (int at = 0; at + ELF64_REL_SIZE <= table.size; at += ELF64_REL_SIZE) {
      int entry = table.offset + at;
      int symbol = file.getInt(entry + 12);
      if (symbol < 0 || symbol >= symbols.size()) {
        throw new IOException(
            "BPF object: a relocation names symbol "
                + Integer.toUnsignedLong(symbol)
                + " of "
                + symbols.size());
      }
      if (into.size() == MOST_RELOCATIONS) {
        throw new IOException("BPF object: a section with more than 65536 relocations");
      }
      into.add(new Relocation(file.getLong(entry), file.getInt(entry + 8), symbols.get(symbol)));
    }
  }

  private void readHeader() throws IOException {
    int length = file.capacity();
    if (length > LARGEST_FILE_BYTES) {
      throw new IOException("BPF object of " + length + " bytes; expected at most 1 MiB");
    }
    if (length < ELF64_EHDR_SIZE || file.getInt(0) != ELF_MAGIC) {
      throw new IOException("not an ELF file; expected a BPF object made by clang -target bpf");
    }
    if (file.get(EI_CLASS) != ELFCLASS64
        || file.get(EI_DATA) != ELFDATA2LSB
        || u16(16) != ET_REL
        || u16(18) != EM_BPF) {
      throw new IOException(
          "ELF file of class "
              + file.get(EI_CLASS)
              + ", byte order "
              + file.get(EI_DATA)
              + ", type "
              + u16(16)
              + ", machine "
              + u16(18)
              + "; expected a relocatable 64-bit little-endian BPF object (2, 1, 1, 247)");
    }
    readSections(file.getLong(40), u16(58), u16(60), u16(62));
  }

  private void readSections(long offset, int entrySize, int count, int namesIndex)
      throws IOException {
    if (entrySize != ELF64_SHDR_SIZE) {
      throw new IOException("BPF object: section headers of " + entrySize + " bytes; expected 64");
    }
    if (count > MOST_SECTIONS) {
      throw new IOException("BPF object: " + count + " sections; expected at most 1024");
    }
    int table = within(offset, (long) count * ELF64_SHDR_SIZE, "the section headers");
    if (namesIndex >= count) {
      throw new IOException("BPF object: names in section " + namesIndex + " of " + count);
    }
    Section names = section(table, namesIndex, null);
    for (int i = 0; i < count; i++) {
      sections.add(section(table, i, names));
    }
  }

  private Section section(int table, int index, @Nullable Section names) throws IOException {
    int at = table + index * ELF64_SHDR_SIZE;
    int type = file.getInt(at + 4);
    String name = names == null ? "" : name(names, file.getInt(at));
    // What is not PROGBITS, SYMTAB, STRTAB (3) or REL is of no interest and need not lie in the
    // file.
    boolean present = (type >= SHT_PROGBITS && type <= 3) || type == SHT_REL;
    long offset = present ? file.getLong(at + 24) : 0;
    long size = present ? file.getLong(at + 32) : 0;
    return new Section(
        index,
        name,
        type,
        file.getLong(at + 8),
        within(offset, size, "section " + index),
        (int) size,
        file.getInt(at + 40),
        file.getInt(at + 44));
  }

  private void readSymbols() throws IOException {
    for (Section section : sections) {
      if (section.type == SHT_SYMTAB) {
        readSymbols(section);
        return; // a file has one at most
      }
    }
  }

  private void readSymbols(Section table) throws IOException {
    if (table.link < 0 || table.link >= sections.size()) {
      throw new IOException("BPF object: names of symbols in section " + table.link);
    }
    Section names = sections.get(table.link);
    for (int at = 0; at + ELF64_SYM_SIZE <= table.size; at += ELF64_SYM_SIZE) {
      int entry = table.offset + at;
      int kind = file.get(entry + 4) & 0xff;
      // Most are clang's own local labels, whose names no caller asks for.
      String name = kind == STT_LOCAL_LABEL ? "" : name(names, file.getInt(entry));
      symbols.add(
          new Symbol(
              name, kind & 0xf, u16(entry + 6), file.getLong(entry + 8), file.getLong(entry + 16)));
    }
  }

  /// A name of at most 255 bytes, up to a zero byte, in a string table.
  private String name(Section names, int offset) throws IOException {
    if (offset < 0 || offset > names.size) {
      throw new IOException(
          "BPF object: a name at " + Integer.toUnsignedLong(offset) + " of " + names.size);
    }
    int length = 0;
    while (offset + length < names.size && file.get(names.offset + offset + length) != 0) {
      if (++length > LONGEST_NAME) {
        throw new IOException("BPF object: a name of more than 255 bytes");
      }
    }
    byte[] text = new byte[length];
    file.get(names.offset + offset, text);
    return new String(text, StandardCharsets.UTF_8);
  }

  private int within(long offset, long size, String what) throws IOException {
    long length = file.capacity();
    if (offset < 0 || size < 0 || offset > length || size > length - offset) {
      throw new IOException("BPF object of " + length + " bytes is cut short: " + what);
    }
    return (int) offset;
  }

  private int u16(int offset) {
    return Short.toUnsignedInt(file.getShort(offset));
  }
}
