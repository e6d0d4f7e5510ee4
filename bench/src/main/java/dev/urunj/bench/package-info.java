/// Measurements of the product's own code paths in a warm process.
@NullMarked
package dev.urunj.bench;

import org.jspecify.annotations.NullMarked;
