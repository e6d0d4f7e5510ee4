/// Terminals: their modes and sizes, ioctl_tty(2).
@NullMarked
package dev.urunj.linux.terminal;

import org.jspecify.annotations.NullMarked;
