/// Which monitors and which guests this version has: the one place that names them all.
@NullMarked
package dev.urunj.runtime.registry;

import org.jspecify.annotations.NullMarked;
