package dev.urunj.linux.netlink;

/// What a `bpf` filter runs.
///
/// @param name that the filter was added with; may be empty
/// @param id the program's number, by which it and its maps can be found; 0 for the classic BPF of
///   old, which is no object of its own
/// @param tag 16 hexadecimal digits of a hash over the program's instructions; empty for classic
/// @param directAction whether the program's result is the verdict; otherwise it is a class
public record FilterProgram(String name, int id, String tag, boolean directAction) {}
