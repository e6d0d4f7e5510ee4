/// What a guest is booted with: kernel, command line, and how arguments, environment, files and
/// network reach it. Nothing here knows a monitor's options; a [BootPlan] passes between them.
@NullMarked
package dev.urunj.runtime.guest;

import org.jspecify.annotations.NullMarked;
