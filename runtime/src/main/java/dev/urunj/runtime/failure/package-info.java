/// What kinds of failure there are. A door (the command line, a protocol) makes its own words and
/// codes of a kind; no code compares the texts of failures.
///
/// Never: the words or codes of any door.
@NullMarked
package dev.urunj.runtime.failure;

import org.jspecify.annotations.NullMarked;
