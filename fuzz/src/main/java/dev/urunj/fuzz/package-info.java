/// What all fuzz targets share. The targets themselves lie in the packages whose parsers they feed,
/// because most of those parsers are package-private.
@NullMarked
package dev.urunj.fuzz;

import org.jspecify.annotations.NullMarked;
