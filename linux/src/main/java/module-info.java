/// The kernel as urunj uses it: descriptors, namespaces, processes, mounts, rtnetlink and tc, TAP.
/// The only module that is granted native access.
module dev.urunj.linux {
  requires static org.jspecify;

  exports dev.urunj.linux.syscall;
}
