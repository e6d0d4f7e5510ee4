/// A monitor and a guest that a distribution gets by their registration alone, under a real runc.
@NullMarked
package dev.urunj.e2e.toy;

import org.jspecify.annotations.NullMarked;
