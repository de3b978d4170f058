package io.wrkr.test;

import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.StoredEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keeps what happened on a bus, in order, for assertions and for people. Thread-safe. */
final class Journal {
  private static final String INTERNAL = "$wrkr.";

  private final ManualStage stage;
  private final Instant start;
  private final List<String> lines = new ArrayList<>();
  private final List<Trace> traces = new ArrayList<>();
  private final Map<Place, Trace> latest = new LinkedHashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();
  private int handled;

  private record Place(String queue, String eventId) {}

  Journal(ManualStage stage) {
    this.stage = stage;
    this.start = stage.instant();
  }

  synchronized void published(OutgoingEvent outgoing, List<String> queues, boolean duplicate) {
    StoredEvent event = outgoing.event();
    if (isInternal(event.name())) {
      return;
    }
    if (duplicate) {
      note("published " + text(event) + " again: no queue gets it twice");
      return;
    }
    Instant now = stage.instant();
    Instant due = outgoing.due().from(now);
    for (String queue : queues.isEmpty() ? List.of("") : queues) {
      Trace trace = new Trace(event, now, due, queue);
      traces.add(trace);
      latest.put(new Place(queue, event.id()), trace);
    }
    note(
        "published "
            + text(event)
            + (due.isAfter(now) ? ", due in " + length(Duration.between(now, due)) : "")
            + (queues.isEmpty() ? ", no queue wants it" : " to " + String.join(", ", queues)));
  }

  synchronized void claimed(ClaimedDelivery delivery) {
    Trace trace = trace(delivery.lease());
    if (trace != null) {
      trace.attempt = delivery.attempt();
      trace.state = Trace.State.CLAIMED;
    }
  }

  synchronized void settled(Settlement settlement) {
    Trace trace = trace(settlement.lease());
    if (trace == null) {
      return;
    }
    if (settlement instanceof Settlement.Ack) {
      trace.state = Trace.State.HANDLED;
      trace.handledAs = ++handled;
      happened("handled", trace, "");
    } else if (settlement instanceof Settlement.Retry retry) {
      trace.state = Trace.State.WAITING;
      trace.retries++;
      happened("to be retried", trace, " in " + length(retry.after()) + firstLine(retry.history()));
    } else if (settlement instanceof Settlement.Release release) {
      trace.state = Trace.State.WAITING;
      happened("given back", trace, " for " + length(release.after()));
    } else if (settlement instanceof Settlement.DeadLetter dead) {
      trace.state = Trace.State.DEAD;
      trace.reason = dead.reason();
      happened("dead", trace, firstLine(dead.reason()));
    }
  }

  synchronized void failed() {
    counts.merge("failed", 1, Integer::sum);
  }

  private void happened(String what, Trace trace, String more) {
    counts.merge(what, 1, Integer::sum);
    note(
        what
            + " "
            + text(trace.event)
            + " by "
            + trace.queue
            + (trace.attempt > 1 ? ", attempt " + trace.attempt : "")
            + more);
  }

  /** Notes what the test itself did to the bus. */
  synchronized void fake(String what) {
    note("! " + what);
  }

  synchronized int count(String what) {
    return counts.getOrDefault(what, 0);
  }

  /** Returns what became of each event in each queue, in the order of publishing. */
  synchronized List<Trace> traces() {
    return List.copyOf(traces);
  }

  private @Nullable Trace trace(Lease lease) {
    return latest.get(new Place(lease.queue(), lease.eventId()));
  }

  private void note(String what) {
    lines.add("+" + length(Duration.between(start, stage.instant())) + "  " + what);
  }

  static boolean isInternal(String name) {
    return name.startsWith(INTERNAL);
  }

  static String text(StoredEvent event) {
    return event.name()
        + event.tid().map(tid -> " of " + tid).orElse("")
        + (event.payload().text().equals("null") ? "" : " " + shortened(event.payload().text()));
  }

  private static String shortened(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }

  private static String firstLine(String text) {
    return text.isEmpty() ? "" : ": " + shortened(text.lines().findFirst().orElse(""));
  }

  /** Returns a length of time as people write it: {@code 7d}, {@code 1h30m}, {@code 0s}. */
  static String length(Duration length) {
    StringBuilder text = new StringBuilder();
    append(text, length.toDaysPart(), "d");
    append(text, length.toHoursPart(), "h");
    append(text, length.toMinutesPart(), "m");
    append(text, length.toSecondsPart(), "s");
    append(text, length.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void append(StringBuilder text, long value, String unit) {
    if (value != 0) {
      text.append(value).append(unit);
    }
  }

  /** Returns all that happened, a line each, with the time since the bus was made. */
  synchronized String timeline() {
    return String.join("\n", lines);
  }
}
