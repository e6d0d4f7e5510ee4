/// TAP devices: the end of a network link that a process reads and writes.
@NullMarked
package dev.urunj.linux.tap;

import org.jspecify.annotations.NullMarked;
