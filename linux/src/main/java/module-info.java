/// The kernel as urunj uses it: descriptors, namespaces, processes, mounts, rtnetlink and tc,
/// nf_tables, TAP, BPF, terminals. The only module that is granted native access.
///
/// Packages point one way: `clock`, `errno`, `undo` ← `syscall` ← `file` ← all others. `syscall` is
/// not exported: code outside this module sees no raw address or a descriptor's number as a bare
/// `int`.
module dev.urunj.linux {
  requires static org.jspecify;

  exports dev.urunj.linux.bpf;
  exports dev.urunj.linux.clock;
  exports dev.urunj.linux.errno;
  exports dev.urunj.linux.file;
  exports dev.urunj.linux.mount;
  exports dev.urunj.linux.namespace;
  exports dev.urunj.linux.netlink;
  exports dev.urunj.linux.process;
  exports dev.urunj.linux.socket;
  exports dev.urunj.linux.tap;
  exports dev.urunj.linux.terminal;
  exports dev.urunj.linux.undo;
}
