/// Network namespaces: opened and verified, told apart, entered on threads of their own, pinned.
@NullMarked
package dev.urunj.linux.namespace;

import org.jspecify.annotations.NullMarked;
