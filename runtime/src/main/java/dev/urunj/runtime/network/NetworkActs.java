package dev.urunj.runtime.network;

import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import org.jspecify.annotations.Nullable;

/// Makes acts of lines of a journal.
public interface NetworkActs {
  /// The act of that name, from the fields of its line; null when there is none of that name.
  ///
  /// @throws BadInputException when a field is missing, or names what cannot exist
  @Nullable NetworkAct read(String act, JsonFields fields) throws BadInputException;
}
