package dev.urunj.linux.netlink;

import dev.urunj.linux.errno.Quoted;
import java.nio.charset.StandardCharsets;

/// A `bpf` filter as the caller wants it: a program that itself decides what happens to each frame
/// (`direct-action`). Such a filter has no action and so no cookie; its name stands for that.
///
/// @param parent [Filter#INGRESS], or [Filter#EGRESS], under `clsact` only
/// @param priority 1 to 65535
/// @param handle 1 or more, which tells the filter from others
/// @param name 1 to 255 bytes, kept by the kernel and given back in dumps; tc(8) prints it
public record Classifier(int linkIndex, int parent, int priority, int handle, String name) {
  static final String KIND = "bpf";
  static final int CLS_BPF_NAME_LEN = 256; // net/sched/cls_bpf.c, with the zero byte

  /// Checks the ranges.
  ///
  /// @throws IllegalArgumentException when a value is out of its range
  public Classifier {
    if (priority < 1 || priority > 0xffff) {
      throw new IllegalArgumentException("priority " + priority + ", expected 1 to 65535");
    }
    if (handle < 1) {
      throw new IllegalArgumentException("handle " + handle + ", expected 1 or more");
    }
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length < 1 || length >= CLS_BPF_NAME_LEN || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "filter name " + Quoted.of(name) + " of " + length + " bytes, expected 1 to 255");
    }
  }
}
