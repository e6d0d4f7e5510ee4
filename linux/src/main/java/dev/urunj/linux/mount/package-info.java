/// Mount points: bind, detach, propagation.
@NullMarked
package dev.urunj.linux.mount;

import org.jspecify.annotations.NullMarked;
