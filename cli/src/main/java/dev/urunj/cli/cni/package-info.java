/// The CNI plugin `loopback`: CNI's words to and from [dev.urunj.runtime.netns]. Never: rtnetlink.
@NullMarked
package dev.urunj.cli.cni;

import org.jspecify.annotations.NullMarked;
