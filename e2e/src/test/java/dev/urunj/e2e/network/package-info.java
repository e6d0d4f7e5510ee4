/// The network of a guest, wiring by wiring and topology by topology, with the clusters and wires
/// that the tests build for it.
@NullMarked
package dev.urunj.e2e.network;

import org.jspecify.annotations.NullMarked;
