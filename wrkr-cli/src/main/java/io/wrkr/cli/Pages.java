package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.DeliveryInfo;
import io.wrkr.Page;
import io.wrkr.Query;
import java.util.function.Consumer;

/** Goes through what matches, page by page. */
final class Pages {
  private static final int PAGE = 1000;

  private Pages() {}

  /**
   * Hands over at most {@code limit} deliveries.
   *
   * @return whether there are more
   */
  static boolean each(Admin admin, Query query, long limit, Consumer<DeliveryInfo> action) {
    Query next = query;
    for (long left = limit; ; ) {
      Page page = admin.find(next.limit((int) Math.max(1, Math.min(left, PAGE))));
      page.deliveries().forEach(action);
      left -= page.deliveries().size();
      if (page.next().isEmpty() || left <= 0) {
        return page.next().isPresent();
      }
      next = query.after(page.next().get());
    }
  }
}
