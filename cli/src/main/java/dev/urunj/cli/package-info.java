/// The command line: words to calls, and results to exit codes, lines and JSON. [Commands] chooses
/// between our runtime and the low-level one; the larger verbs have a class each.
@NullMarked
package dev.urunj.cli;

import org.jspecify.annotations.NullMarked;
