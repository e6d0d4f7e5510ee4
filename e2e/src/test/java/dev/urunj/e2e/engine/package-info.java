/// containerd, podman and Docker as callers, each with the tests that run it, and the image that
/// all of them are given.
@NullMarked
package dev.urunj.e2e.engine;

import org.jspecify.annotations.NullMarked;
