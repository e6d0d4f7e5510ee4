/// One class per verb, exit codes, errors as one line.
@NullMarked
package dev.urunj.cli;

import org.jspecify.annotations.NullMarked;
