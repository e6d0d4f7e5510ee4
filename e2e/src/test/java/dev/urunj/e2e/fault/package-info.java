/// The machine that stops, kills and starves commands at their system calls, counts what is left
/// behind, and writes docs/reliability.md; with the tests that run it and those of what it found.
@NullMarked
package dev.urunj.e2e.fault;

import org.jspecify.annotations.NullMarked;
