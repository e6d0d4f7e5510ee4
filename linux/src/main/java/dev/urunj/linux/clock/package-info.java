/// Time that passes, and moments until which something may take. The time of day is
/// `java.time.InstantSource`.
///
/// Never: sleeping.
@NullMarked
package dev.urunj.linux.clock;

import org.jspecify.annotations.NullMarked;
