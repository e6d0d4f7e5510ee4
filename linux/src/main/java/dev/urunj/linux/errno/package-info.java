/// The kernel's error numbers and the one exception that carries them.
@NullMarked
package dev.urunj.linux.errno;

import org.jspecify.annotations.NullMarked;
