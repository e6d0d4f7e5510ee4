/// What a guest's program finds: files, limits, input, and what its exit means.
@NullMarked
package dev.urunj.e2e.guest;

import org.jspecify.annotations.NullMarked;
