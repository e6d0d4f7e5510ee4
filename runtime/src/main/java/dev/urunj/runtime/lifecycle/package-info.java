/// The life of a container: create, start, kill, delete, and what is asked about it in between.
@NullMarked
package dev.urunj.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
