package dev.urunj.runtime.inspect;

import dev.urunj.runtime.netns.Verdict;
import java.nio.file.Path;

/// The container's network namespace as its pin leads to it now.
///
/// @param pin where it is kept
/// @param reason the verdict as a sentence, safe to print
/// @param inode as recorded: `net:[INODE]`
/// @param cookie as recorded, 0 where the kernel has none
public record NamespaceSight(Path pin, Verdict verdict, String reason, long inode, long cookie) {}
