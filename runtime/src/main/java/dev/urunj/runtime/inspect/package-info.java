/// What stands between a guest and the world at this moment, read from the kernel, and the first
/// part of it that does not hold. Changes nothing and takes no lock.
@NullMarked
package dev.urunj.runtime.inspect;

import org.jspecify.annotations.NullMarked;
