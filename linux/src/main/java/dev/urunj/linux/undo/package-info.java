/// What was done, taken back: steps that are all tried, with none of their failures lost.
///
/// Never: what the steps are.
@NullMarked
package dev.urunj.linux.undo;

import org.jspecify.annotations.NullMarked;
