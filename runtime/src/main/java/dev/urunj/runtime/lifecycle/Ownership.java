package dev.urunj.runtime.lifecycle;

import dev.urunj.runtime.image.ImageReader;
import dev.urunj.runtime.image.UnikernelImage;
import dev.urunj.runtime.oci.Bundle;
import dev.urunj.runtime.oci.ContainerId;
import dev.urunj.runtime.state.ContainerRecord;
import dev.urunj.runtime.state.StateDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whose a container is: urunj's, or the low-level runtime's. No other class decides it.
///
/// A container without a unikernel, and every later request on its id, belongs to the low-level
/// runtime. So does an unknown id, because callers match that runtime's error texts.
public final class Ownership {
  private final Path root;

  /// Of the containers under a root.
  public Ownership(Path root) {
    this.root = root;
  }

  /// The unikernel in a bundle that a container is to be made of.
  ///
  /// @return null when there is none: the container is the low-level runtime's
  /// @throws dev.urunj.runtime.oci.BadInputException when the bundle names a unikernel and what it
  ///   says of it is wrong
  public static @Nullable UnikernelImage unikernel(Bundle bundle) throws IOException {
    return ImageReader.read(bundle).orElse(null);
  }

  /// Whether a container is urunj's, even one with a damaged record.
  public boolean isOurs(String id) throws IOException {
    return StateDirectory.of(root, id).isOurs();
  }

  /// The record of a container of urunj's.
  ///
  /// @return null when the id is not urunj's
  public @Nullable ContainerRecord record(String id) throws IOException {
    return StateDirectory.of(root, id).record();
  }

  /// Whether any of the words is the id of a container of urunj's.
  public boolean isOneOurs(List<String> words) throws IOException {
    for (String word : words) {
      if (ContainerId.isValid(word) && isOurs(word)) {
        return true;
      }
    }
    return false;
  }

  /// Whether the low-level runtime is to delete a container. Under a shared root we do not pass it
  /// an unknown id, because it would remove the directory of that name, even one that a create of
  /// ours has made in the meantime. So a directory without our record must be there before and
  /// after we look at it.
  ///
  /// @param shared whether the low-level runtime keeps its containers under the same root
  public boolean isLowLevelsToDelete(String id, boolean shared) throws IOException {
    StateDirectory directory = StateDirectory.of(root, id);
    if (!shared) {
      return !directory.isOurs();
    }
    return directory.exists() && !directory.isOurs() && directory.exists();
  }
}
