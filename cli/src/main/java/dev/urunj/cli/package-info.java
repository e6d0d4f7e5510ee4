/// The command line. [Main] is the door between a command and the process that it runs in,
/// [CommandLine] makes an outcome or one line of error of the words; what the verbs do is in
/// `verb`.
@NullMarked
package dev.urunj.cli;

import org.jspecify.annotations.NullMarked;
