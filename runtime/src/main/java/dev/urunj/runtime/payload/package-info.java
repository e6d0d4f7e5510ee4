/// What the build compiles from C for machines and kernels: the node's own processor never executes
/// it in a process of ours.
@NullMarked
package dev.urunj.runtime.payload;

import org.jspecify.annotations.NullMarked;
