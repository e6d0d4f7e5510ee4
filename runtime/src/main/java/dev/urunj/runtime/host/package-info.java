/// The two sides of every request: the [Caller] that makes it and the [Node] that it is served on;
/// with the log, and the failures that a caller understands.
///
/// Never: anything that acts on a container.
@NullMarked
package dev.urunj.runtime.host;

import org.jspecify.annotations.NullMarked;
