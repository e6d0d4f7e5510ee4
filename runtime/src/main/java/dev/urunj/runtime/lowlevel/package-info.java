/// The OCI runtime that executes containers: runc, crun, or whatever has their command line.
@NullMarked
package dev.urunj.runtime.lowlevel;

import org.jspecify.annotations.NullMarked;
