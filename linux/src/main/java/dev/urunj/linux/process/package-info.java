/// Processes: who they are, signals and exit statuses through pidfds, spawn and exec.
@NullMarked
package dev.urunj.linux.process;

import org.jspecify.annotations.NullMarked;
