/// The monitor of docs/adding-a-monitor.md: it runs no machine, and answers ARP and ping at the
/// guest's address.
@NullMarked
package dev.urunj.runtime.monitor.toy;

import org.jspecify.annotations.NullMarked;
