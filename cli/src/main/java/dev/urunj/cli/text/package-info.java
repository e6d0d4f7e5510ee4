/// What commands print, as text, tables and JSON.
@NullMarked
package dev.urunj.cli.text;

import org.jspecify.annotations.NullMarked;
