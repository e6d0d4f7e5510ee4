/// What holds for the code of all modules.
@NullMarked
package dev.urunj.house;

import org.jspecify.annotations.NullMarked;
