/// Unix stream sockets with deadlines, descriptors passed over them, and who is at the other end.
@NullMarked
package dev.urunj.linux.socket;

import org.jspecify.annotations.NullMarked;
