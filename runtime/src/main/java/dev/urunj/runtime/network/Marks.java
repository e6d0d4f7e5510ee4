package dev.urunj.runtime.network;

import dev.urunj.linux.netlink.Classifier;
import dev.urunj.linux.netlink.Filter;

/// What tells urunj's filters from those of others, for readers that change nothing.
public final class Marks {
  /// Filters of a lower number see a frame before ours do.
  public static final int PRIORITY = Redirects.PRIORITY;

  private Marks() {}

  /// Whether a filter runs one of the fabric's programs for us.
  public static boolean isOfFabric(Filter filter) {
    return filter.isSameAs(
        new Classifier(
            filter.linkIndex(),
            filter.parent(),
            PRIORITY,
            FabricFilters.HANDLE,
            FabricFilters.NAME));
  }

  /// Whether a filter is one of a plain redirect of ours.
  public static boolean isOfRedirect(Filter filter) {
    return Redirects.isRedirect(filter);
  }
}
