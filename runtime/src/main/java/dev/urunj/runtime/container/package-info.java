/// One container, as the verbs and their undoing see it: its state under the caller's root, its
/// lock, its record, and the low-level runtime that executes its monitor.
///
/// Never: what a verb does, and how it is undone.
@NullMarked
package dev.urunj.runtime.container;

import org.jspecify.annotations.NullMarked;
