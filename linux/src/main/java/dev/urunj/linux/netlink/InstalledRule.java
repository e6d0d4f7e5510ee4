package dev.urunj.linux.netlink;

/// A rule of nf_tables as the kernel lists it.
///
/// @param family `NFPROTO_…` of its table
/// @param handle the kernel's number of the rule in its table
/// @param comment empty when it has none
/// @param packets that its first counter has seen; 0 when it has no counter
/// @param bytes that its first counter has seen, with the IP header
public record InstalledRule(
    int family,
    String table,
    String chain,
    long handle,
    String comment,
    long packets,
    long bytes) {}
