/// QEMU, as one of the monitors: its command line, its files, its control protocol, and what it
/// takes to find out whether it can use the processor.
@NullMarked
package dev.urunj.runtime.monitor.qemu;

import org.jspecify.annotations.NullMarked;
