/// What this node can really do, found out by trying and remembered until the next boot.
@NullMarked
package dev.urunj.runtime.probe;

import org.jspecify.annotations.NullMarked;
