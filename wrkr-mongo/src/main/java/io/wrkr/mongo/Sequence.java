package io.wrkr.mongo;

import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;

/**
 * Numbers that rise in publish order over all processes.
 *
 * <p>Each is made of the operation time in the server's answer to a read that came before the
 * insert: seconds since 2020 (31 bits), the operation's number within the second (21 bits), and the
 * place in the batch (11 bits). An insert raises the operation time, and a publish that begins
 * after another returned reads a later one, hence gets greater numbers. A standalone has no
 * operation time; its milliseconds take the place, so that only there two publishes of different
 * processes within one millisecond have no order. Within a process numbers always rise.
 */
final class Sequence {
  private static final long EPOCH_SECONDS = 1_577_836_800L;
  private static final int BATCH_BITS = 11;
  private static final int NUMBER_BITS = 21;
  private static final long MAX_NUMBER = (1L << NUMBER_BITS) - 1;

  private final AtomicLong last = new AtomicLong();

  static long base(BsonDocument answer, BsonDateTime now) {
    if (answer.isTimestamp("operationTime")) {
      BsonTimestamp time = answer.getTimestamp("operationTime");
      return of(Integer.toUnsignedLong(time.getTime()), Integer.toUnsignedLong(time.getInc()));
    }
    return of(now.getValue() / 1000, now.getValue() % 1000 * 1000);
  }

  private static long of(long seconds, long number) {
    long place = (seconds - EPOCH_SECONDS) << NUMBER_BITS | Math.min(number, MAX_NUMBER);
    return place << BATCH_BITS;
  }

  /** Takes that many numbers at once, from the base on or after the last one taken. */
  long take(long base, int count) {
    return last.accumulateAndGet(base, (taken, from) -> Math.max(taken, from) + count) - count;
  }
}
