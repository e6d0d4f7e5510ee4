/// The node's configuration, and the sizes a guest gets from it.
@NullMarked
package dev.urunj.runtime.config;

import org.jspecify.annotations.NullMarked;
