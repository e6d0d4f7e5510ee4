/// Network namespaces for the kernel tests of this module.
@NullMarked
package dev.urunj.linux.testnet;

import org.jspecify.annotations.NullMarked;
