/// Solo5's tenders, github.com/Solo5/solo5: `solo5-hvt`, which runs a unikernel as a machine of
/// KVM, and `solo5-spt`, which runs it as a process under a strict seccomp filter. Both take the
/// same arguments and the same kind of kernel, so they are one folder.
@NullMarked
package dev.urunj.runtime.monitor.solo5;

import org.jspecify.annotations.NullMarked;
