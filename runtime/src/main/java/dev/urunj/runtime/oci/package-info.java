/// The OCI runtime specification's files: bundle, configuration, state.
@NullMarked
package dev.urunj.runtime.oci;

import org.jspecify.annotations.NullMarked;
