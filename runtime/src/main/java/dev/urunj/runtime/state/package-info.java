/// What urunj keeps on disk about a container: the record, the journal, the directory that holds
/// them.
@NullMarked
package dev.urunj.runtime.state;

import org.jspecify.annotations.NullMarked;
