/// The static network: a net of the guest's own, always the same, behind the pod's address.
///
/// Never: its siblings.
@NullMarked
package dev.urunj.runtime.network.fixed;

import org.jspecify.annotations.NullMarked;
