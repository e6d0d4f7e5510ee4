/// The path between a pod's interface and a monitor's TAP: found, made, taken back.
///
/// Everything here runs on a thread that is in the pod's network namespace, and nothing here enters
/// one, because the caller has asked the guard first.
@NullMarked
package dev.urunj.runtime.network;

import org.jspecify.annotations.NullMarked;
