/// The binding of the kernel: one native handle, the numbers of the system calls, native memory.
/// Not exported. The only package with restricted methods.
@NullMarked
package dev.urunj.linux.syscall;

import org.jspecify.annotations.NullMarked;
