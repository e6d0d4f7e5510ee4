/// Takes back what containers have made, by their journals, and where those are damaged by what can
/// be proven without them.
///
/// Never: a verb. Verbs call this.
@NullMarked
package dev.urunj.runtime.recovery;

import org.jspecify.annotations.NullMarked;
