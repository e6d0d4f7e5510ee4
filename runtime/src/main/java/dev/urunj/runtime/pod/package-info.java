/// What a container does to its pod: the namespace that it was given, and the acts of its network
/// in the container's journal.
///
/// Never: an undo. That is recovery's.
@NullMarked
package dev.urunj.runtime.pod;

import org.jspecify.annotations.NullMarked;
