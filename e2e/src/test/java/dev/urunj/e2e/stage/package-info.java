/// What every test of the distribution stands on: a node with namespaces of its own, its pods, the
/// bundles of guests and plain containers, and `urunj` itself. Nothing here sees a class of
/// `urunj`, and nothing here knows the packages beside it.
@NullMarked
package dev.urunj.e2e.stage;

import org.jspecify.annotations.NullMarked;
