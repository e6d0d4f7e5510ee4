/// The image contract: what an image says it is, where its kernel and disks lie, and what the
/// container's own annotations change about it.
@NullMarked
package dev.urunj.runtime.image;

import org.jspecify.annotations.NullMarked;
