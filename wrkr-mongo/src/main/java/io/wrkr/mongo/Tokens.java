package io.wrkr.mongo;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonDocument;

/**
 * Makes tokens that rise with every claim of a delivery, over all processes, and also from one
 * delivery to a later one of the same event id: the server's milliseconds, as this process
 * estimates them, times 1024, or more if need be. One token serves all deliveries of a claim, so
 * that their acks are one statement.
 */
final class Tokens {
  private static final int SHIFT = 10;

  private final StoreClock clock;
  private final AtomicLong last = new AtomicLong();

  Tokens(StoreClock clock) {
    this.clock = clock;
  }

  /** Returns a token greater than those of all these deliveries. */
  long above(List<BsonDocument> docs) {
    long highest = clock.serverMillis() << SHIFT;
    for (BsonDocument doc : docs) {
      highest = Math.max(highest, Doc.number(doc, Doc.TOKEN) + 1);
    }
    return last.accumulateAndGet(highest, (taken, least) -> Math.max(taken + 1, least));
  }
}
