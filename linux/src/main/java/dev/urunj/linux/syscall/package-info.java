/// Descriptors, errno and the binding of the C library.
@NullMarked
package dev.urunj.linux.syscall;

import org.jspecify.annotations.NullMarked;
