/// The distribution from outside. Nothing here sees a class of it.
@NullMarked
package dev.urunj.e2e;

import org.jspecify.annotations.NullMarked;
