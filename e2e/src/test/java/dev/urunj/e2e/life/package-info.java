/// create, start, kill, delete and their relatives: in order, out of order, all at once, cut off,
/// and on what earlier commands have left.
@NullMarked
package dev.urunj.e2e.life;

import org.jspecify.annotations.NullMarked;
