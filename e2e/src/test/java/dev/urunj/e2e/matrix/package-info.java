/// Which of guest and sidecars gets a packet: the tables of docs/networking.md, row by row, and the
/// pods that give their answers.
@NullMarked
package dev.urunj.e2e.matrix;

import org.jspecify.annotations.NullMarked;
