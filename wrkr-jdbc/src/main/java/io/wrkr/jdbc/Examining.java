package io.wrkr.jdbc;

import io.wrkr.HealthCheck;
import io.wrkr.QueueStats;
import io.wrkr.jdbc.Routes.QueueRow;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.SystemSeam;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Looks at how a database is: its clock, its claims, and what its dialect knows of. */
final class Examining {
  private static final Duration CLOCK_DISTANCE = Duration.ofSeconds(2);
  private static final Duration SLOW_CLAIM = Duration.ofMillis(50);
  private static final Duration LATE = Duration.ofMinutes(1);

  private final Parts parts;
  private final Claiming claiming;
  private final Search search;

  /** Statements that a dialect has, each with what its one row and two columns mean. */
  record Look(String name, String sql, Verdict verdict) {}

  /** Judges the value that a look found, and its text. */
  @FunctionalInterface
  interface Verdict {
    HealthCheck judge(String name, long value, String text);
  }

  Examining(Parts parts, Claiming claiming, Search search) {
    this.parts = parts;
    this.claiming = claiming;
    this.search = search;
  }

  List<HealthCheck> examine() {
    List<HealthCheck> checks = new ArrayList<>();
    checks.add(HealthCheck.well("schema", "version " + Schema.VERSION));
    checks.add(clock());
    checks.add(claims());
    checks.add(oldest());
    for (Look look : parts.dialect().looks(parts.sql())) {
      checks.add(seen(look.name, () -> look(look)));
    }
    return checks;
  }

  /** What may not be seen is no illness. */
  private static HealthCheck seen(String name, Supplier<HealthCheck> check) {
    try {
      return check.get();
    } catch (BackendException e) {
      return HealthCheck.well(name, "not known: " + e.getMessage());
    }
  }

  private HealthCheck look(Look look) {
    return parts
        .store()
        .read(
            session ->
                session.one(
                    look.sql,
                    row -> look.verdict.judge(look.name, row.getLong(1), row.getString(2))));
  }

  private HealthCheck clock() {
    Duration distance = parts.store().read(this::distance);
    return HealthCheck.of(
        "clock",
        distance.toMillis() + " ms ahead of this machine's",
        distance.abs().compareTo(CLOCK_DISTANCE) > 0,
        "The store's clock decides what is due, and differs from this machine's: due instants that"
            + " programs compute come early or late by as much. Let both follow the same time"
            + " server.");
  }

  private Duration distance(Session session) throws SQLException {
    Instant before = now();
    long store = parts.catalog().moment(session).now();
    Instant after = now();
    Instant middle = before.plus(Duration.between(before, after).dividedBy(2));
    return Duration.between(middle, Micros.instant(store));
  }

  @SystemSeam
  private static Instant now() {
    return Instant.now();
  }

  @SystemSeam
  private static long nanos() {
    return System.nanoTime();
  }

  private HealthCheck claims() {
    List<QueueRow> queues =
        parts
            .store()
            .read(session -> List.copyOf(parts.catalog().moment(session).routes().queues()));
    long slowest = 0;
    for (QueueRow queue : queues) {
      ClaimRequest request = new ClaimRequest(queue.name(), 1, Duration.ofSeconds(1));
      long begun = nanos();
      parts.store().read(session -> claiming.idle(session, request));
      slowest = Math.max(slowest, nanos() - begun);
    }
    Duration time = Duration.ofNanos(slowest);
    return HealthCheck.of(
        "claim time",
        String.format(
            Locale.ROOT, "%.1f ms, the slowest of %d queues", slowest / 1e6, queues.size()),
        time.compareTo(SLOW_CLAIM) > 0,
        "Looking for what is due takes long: see dead rows and the oldest transaction, or the"
            + " server is busy.");
  }

  private HealthCheck oldest() {
    QueueStats worst =
        parts.store().read(search::stats).stream()
            .max(Comparator.comparing(QueueStats::oldestReady))
            .orElse(new QueueStats("", 0, 0, 0, 0, Duration.ZERO));
    boolean waits = worst.ready() > 0;
    return HealthCheck.of(
        "oldest ready delivery",
        waits ? worst.oldestReady().toSeconds() + " s, in queue " + worst.queue() : "none",
        waits && worst.oldestReady().compareTo(LATE) > 0,
        "What is due is not handled: start a worker for that queue, or more of them.");
  }
}
