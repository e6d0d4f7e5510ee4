/// The redirect: what either link receives, the other sends.
///
/// Never: its siblings.
@NullMarked
package dev.urunj.runtime.network.redirect;

import org.jspecify.annotations.NullMarked;
