/// What a command gets from its caller and finds on its node: directories, programs, the log, the
/// clock, and the failures that a caller understands.
///
/// Never: anything that acts on a container.
@NullMarked
package dev.urunj.runtime.host;

import org.jspecify.annotations.NullMarked;
