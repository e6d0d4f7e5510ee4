package dev.urunj.linux.bpf;

import dev.urunj.linux.errno.ErrnoException;
import dev.urunj.linux.file.Fd;
import dev.urunj.linux.undo.Undo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// The maps and programs of an object in the kernel, and the descriptors that keep them there.
/// Closing them leaves what a filter holds: its program, and that one's maps.
public final class LoadedObject implements AutoCloseable {
  private final List<BpfMap> maps = new ArrayList<>();
  private final List<BpfProgram> programs = new ArrayList<>();

  private LoadedObject() {}

  /// Makes the maps of an object and loads all its programs.
  ///
  /// @throws VerifierException when the kernel's verifier refuses one of them
  /// @throws ErrnoException when something else is refused; nothing is left in the kernel then
  public static LoadedObject of(BpfObject object) throws IOException {
    LoadedObject loaded = new LoadedObject();
    try {
      for (MapSpec map : object.maps()) {
        loaded.maps.add(BpfMap.create(map));
      }
      for (ProgramSpec program : object.programs()) {
        loaded.programs.add(BpfProgram.load(program, loaded.maps));
      }
      return loaded;
    } catch (Throwable t) {
      try (loaded) {
        throw t;
      }
    }
  }

  /// The map of that name, still owned by this object.
  ///
  /// @throws IllegalArgumentException when the object has none
  public BpfMap map(String name) {
    for (BpfMap map : maps) {
      if (map.spec().name().equals(name)) {
        return map;
      }
    }
    throw new IllegalArgumentException("no map " + name);
  }

  /// The program of that name, still owned by this object.
  ///
  /// @throws IllegalArgumentException when the object has none
  public BpfProgram program(String name) {
    for (BpfProgram program : programs) {
      if (program.name().equals(name)) {
        return program;
      }
    }
    throw new IllegalArgumentException("no program " + name);
  }

  /// Closes all descriptors, also when one of them reports an error.
  @Override
  public void close() throws IOException {
    try (Undo closing = new Undo()) {
      for (BpfMap map : maps) {
        close(map.fd(), closing);
      }
      for (BpfProgram program : programs) {
        close(program.fd(), closing);
      }
    }
  }

  private static void close(Fd fd, Undo closing) {
    try {
      fd.close();
    } catch (IOException e) {
      closing.failed(e);
    }
  }
}
