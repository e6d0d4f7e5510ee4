/// The program that runs the virtual machine: its command line and its control socket. Nothing here
/// knows guests, images or the pod's network; what is to be booted comes as a boot plan.
@NullMarked
package dev.urunj.runtime.monitor;

import org.jspecify.annotations.NullMarked;
