/// Descriptors as owned resources, and what is done with open files.
@NullMarked
package dev.urunj.linux.file;

import org.jspecify.annotations.NullMarked;
