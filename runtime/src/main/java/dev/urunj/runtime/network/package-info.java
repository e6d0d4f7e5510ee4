/// What all wirings have in common: the contract, the pod's interface and what holds there, the
/// TAP, the filters of links, and acts that take themselves back.
///
/// Everything here runs on a thread that is in the pod's network namespace, and nothing here enters
/// one, because the caller has asked the guard first.
///
/// Never: which wirings there are.
@NullMarked
package dev.urunj.runtime.network;

import org.jspecify.annotations.NullMarked;
