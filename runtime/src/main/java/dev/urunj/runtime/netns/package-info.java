/// Network namespaces by identity: which one a path leads to now, those that operators have pinned,
/// and those whose loopback interface was set up for a CNI caller. Never: a container, a TAP.
@NullMarked
package dev.urunj.runtime.netns;

import org.jspecify.annotations.NullMarked;
