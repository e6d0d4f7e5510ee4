/// The pod fabric: guests and the pod's containers share one address.
///
/// Never: its siblings.
@NullMarked
package dev.urunj.runtime.network.fabric;

import org.jspecify.annotations.NullMarked;
