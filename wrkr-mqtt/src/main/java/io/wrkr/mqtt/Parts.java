package io.wrkr.mqtt;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** Sends many a part at a time. */
final class Parts {
  private Parts() {}

  /**
   * Sends parts of at most this size. Of each is said which reached nobody, by their places. Once a
   * part was sent, a failure does not mean that nothing was.
   */
  static <T> Set<Integer> send(List<T> all, int size, Function<List<T>, Set<Integer>> send) {
    Set<Integer> lost = new HashSet<>();
    for (int from = 0; from < all.size(); from += size) {
      try {
        for (int place : send.apply(all.subList(from, Math.min(all.size(), from + size)))) {
          lost.add(from + place);
        }
      } catch (BackendException | IllegalStateException e) {
        if (from == 0) {
          throw e;
        }
        throw new BackendException(
            Outcome.UNKNOWN, "The first " + from + " were sent: " + e.getMessage(), e);
      }
    }
    return lost;
  }
}
