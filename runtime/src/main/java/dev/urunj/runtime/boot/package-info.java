/// What a guest boots from: the admission of its image, the choice of its monitor, the monitor's
/// bundle, and the files and settings that the guest gets.
///
/// Never: the pod's network, or a low-level runtime.
@NullMarked
package dev.urunj.runtime.boot;

import org.jspecify.annotations.NullMarked;
