package dev.urunj.runtime.monitor.solo5;

import dev.urunj.runtime.guest.BootProtocol;
import dev.urunj.runtime.guest.MachineTraits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The headers and notes of a kernel for a tender, and nothing to execute. Its layout is that of
/// what Solo5's toolchain makes: each note in a segment of its own.
public final class SampleKernel {
  private static final int SEGMENTS_AT = 64;
  private static final int SEGMENT_BYTES = 56;
  private static final int ENTRY_BYTES = 104;

  private final int target;
  private final List<Object[]> entries = new ArrayList<>();

  /// For a tender.
  ///
  /// @param target 1 for hvt, 2 for spt
  public SampleKernel(int target) {
    this.target = target;
    entry("", 1 << 30);
  }

  /// One with a network interface that a machine takes; those without a tender take any file.
  public static SampleKernel of(MachineTraits machine) {
    boolean hvt = machine.protocols().contains(BootProtocol.SOLO5_HVT);
    return new SampleKernel(hvt ? 1 : 2).network("service");
  }

  public SampleKernel network(String name) {
    return entry(name, 2);
  }

  public SampleKernel block(String name) {
    return entry(name, 1);
  }

  SampleKernel entry(String name, int type) {
    entries.add(new Object[] {name, type});
    return this;
  }

  /// Writes the file.
  public Path write(Path file) throws IOException {
    return Files.write(file, bytes());
  }

  byte[] bytes() {
    byte[] manifest = note(0x3154464d, manifest());
    byte[] content = new byte[16];
    little(content).putInt(0, target).putInt(4, 2);
    byte[] abi = note(0x31494241, content);
    int manifestAt = SEGMENTS_AT + 2 * SEGMENT_BYTES;
    byte[] bytes = new byte[manifestAt + manifest.length + abi.length];
    ByteBuffer file = little(bytes);
    file.putInt(0, 0x464c457f).putShort(4, (short) 0x0102);
    file.putLong(32, SEGMENTS_AT).putShort(56, (short) 2);
    segment(file, 0, manifestAt, manifest.length);
    segment(file, 1, manifestAt + manifest.length, abi.length);
    file.put(manifestAt, manifest).put(manifestAt + manifest.length, abi);
    return bytes;
  }

  private static void segment(ByteBuffer file, int number, int offset, int size) {
    int at = SEGMENTS_AT + number * SEGMENT_BYTES;
    file.putInt(at, 4).putLong(at + 8, offset).putLong(at + 32, size);
  }

  private byte[] manifest() {
    byte[] bytes = new byte[12 + entries.size() * ENTRY_BYTES];
    ByteBuffer content = little(bytes);
    content.putInt(4, 1).putInt(8, entries.size());
    for (int i = 0; i < entries.size(); i++) {
      int at = 12 + i * ENTRY_BYTES;
      content.put(at, ((String) entries.get(i)[0]).getBytes(StandardCharsets.ISO_8859_1));
      content.putInt(at + 68, (int) entries.get(i)[1]);
    }
    return bytes;
  }

  private static byte[] note(int type, byte[] content) {
    byte[] bytes = new byte[20 + content.length];
    ByteBuffer note = little(bytes);
    note.putInt(0, 6).putInt(4, content.length).putInt(8, type);
    note.put(12, "Solo5".getBytes(StandardCharsets.US_ASCII)).put(20, content);
    return bytes;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
