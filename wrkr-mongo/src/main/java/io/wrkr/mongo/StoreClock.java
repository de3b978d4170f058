package io.wrkr.mongo;

import io.wrkr.spi.SystemSeam;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Now, as statements say it: the server's {@code $$NOW}, or the instant of a clock given by a test.
 * Thread-safe.
 */
final class StoreClock {
  private static final BsonString SERVER_NOW = new BsonString("$$NOW");

  private volatile @Nullable InstantSource given;
  private volatile @Nullable Sample sample;

  /** What the server's clock said, and when by this process's steady clock. */
  private record Sample(long serverMillis, long nanos) {}

  void use(InstantSource clock) {
    given = clock;
  }

  boolean isGiven() {
    return given != null;
  }

  /** The expression for now, a date. */
  BsonValue now() {
    InstantSource clock = given;
    return clock == null ? SERVER_NOW : new BsonDateTime(clock.instant().toEpochMilli());
  }

  /** The expression for now + length, a date. */
  BsonValue after(Duration length) {
    long millis = length.toMillis() + (length.getNano() % 1_000_000 == 0 ? 0 : 1);
    return new BsonDocument("$add", new BsonArray(List.of(now(), new BsonInt64(millis))));
  }

  /**
   * The expression for now + the milliseconds in a field, for {@link Doc#EXPIRY}. By a given clock
   * it is a number, not a date, so that the server's own expiry leaves the record alone.
   */
  BsonValue expiry(String field) {
    InstantSource clock = given;
    BsonValue now = clock == null ? SERVER_NOW : new BsonInt64(clock.instant().toEpochMilli());
    return new BsonDocument("$add", new BsonArray(List.of(now, new BsonString("$" + field))));
  }

  /** The condition: the field's instant is reached. Holds for absent fields too. */
  BsonDocument reached(String field) {
    return compare("$lte", field, now());
  }

  /** The condition: a delivery is due and nobody holds it. */
  BsonDocument ready() {
    BsonValue due = reached(Doc.AT).getDocument("$expr");
    BsonValue free = reached(Doc.LEASE_END).getDocument("$expr");
    return new BsonDocument("$expr", new BsonDocument("$and", new BsonArray(List.of(due, free))));
  }

  /** The condition: the field's instant is not yet reached. */
  BsonDocument ahead(String field) {
    return compare("$gt", field, now());
  }

  /** The condition: the dedupe record may go. Holds for absent fields too. */
  BsonDocument expired() {
    InstantSource clock = given;
    return compare(
        "$lte",
        Doc.EXPIRY,
        clock == null ? SERVER_NOW : new BsonInt64(clock.instant().toEpochMilli()));
  }

  private static BsonDocument compare(String operator, String field, BsonValue now) {
    return new BsonDocument(
        "$expr",
        new BsonDocument(operator, new BsonArray(List.of(new BsonString("$" + field), now))));
  }

  /** Takes the server's now from an answer; returns what this store calls now. */
  Instant observe(BsonDateTime serverNow) {
    sample = new Sample(serverNow.getValue(), nanos());
    InstantSource clock = given;
    return clock == null ? Instant.ofEpochMilli(serverNow.getValue()) : clock.instant();
  }

  /** About what the server's clock says; empty before the first answer, and by a given clock. */
  Optional<Instant> estimate() {
    return sample == null || isGiven()
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(serverMillis()));
  }

  /** About what the server's clock says, whatever clock was given; 0 before the first answer. */
  long serverMillis() {
    Sample last = sample;
    return last == null ? 0 : last.serverMillis + (nanos() - last.nanos) / 1_000_000;
  }

  /** About what the server's clock says, whatever clock was given. */
  Instant serverNow() {
    return Instant.ofEpochMilli(serverMillis());
  }

  @SystemSeam
  static long nanos() {
    return System.nanoTime();
  }
}
