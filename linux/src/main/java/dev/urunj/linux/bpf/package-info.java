/// BPF programs for traffic control: read from an object file of clang's, loaded, found again by
/// others, and their maps, bpf(2).
///
/// Nothing is pinned in a file system: a filter holds its program, a program holds its maps. To
/// read a map later, ask the filter for its program's id, the program for the ids of its maps
/// ([BpfProgram#byId], [BpfMap#byId]). When the filter goes, all of it goes.
///
/// Everything needs `CAP_BPF` and `CAP_NET_ADMIN` in the initial user namespace, before Linux 5.8
/// `CAP_SYS_ADMIN`; before Linux 5.11 maps and programs are also charged to `RLIMIT_MEMLOCK`, and
/// `EPERM` is what its end looks like.
@NullMarked
package dev.urunj.linux.bpf;

import org.jspecify.annotations.NullMarked;
