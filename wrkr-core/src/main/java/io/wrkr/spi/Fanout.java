package io.wrkr.spi;

import io.wrkr.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which queues an event goes to, by the subscriptions of one moment. Thread-safe. */
final class Fanout {
  /** What names, patterns and queues of the bus itself begin with; none of them is on a wire. */
  static final String INTERNAL = "$wrkr.";

  private static final int MAX_REMEMBERED = 10_000;

  private final List<Subscription> subscriptions;
  private final List<Pattern> patterns = new ArrayList<>();
  private final Map<String, List<String>> remembered = new ConcurrentHashMap<>();

  Fanout(List<Subscription> subscriptions) {
    this.subscriptions = subscriptions;
    subscriptions.forEach(each -> patterns.add(Pattern.of(each.pattern())));
  }

  /** Returns this one if it is of these subscriptions, else one that is. */
  Fanout as(List<Subscription> now) {
    return subscriptions.equals(now) ? this : new Fanout(now);
  }

  /** Returns the queues, sorted by name. */
  List<String> queues(String eventName) {
    List<String> known = remembered.get(eventName);
    if (known != null) {
      return known;
    }
    List<String> queues = new ArrayList<>();
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(eventName)) {
        queues.add(subscriptions.get(i).queue());
      }
    }
    List<String> distinct = queues.stream().distinct().sorted().toList();
    if (remembered.size() >= MAX_REMEMBERED) {
      remembered.clear();
    }
    remembered.put(eventName, distinct);
    return distinct;
  }

  /** Returns the subscriptions that belong on the wire. */
  List<Subscription> onWire() {
    return subscriptions.stream().filter(Fanout::isOnWire).toList();
  }

  /** Returns the queues that belong on the wire, sorted by name. */
  List<String> queuesOnWire() {
    return onWire().stream().map(Subscription::queue).distinct().sorted().toList();
  }

  static boolean isOnWire(Subscription subscription) {
    return !subscription.queue().startsWith(INTERNAL)
        && !subscription.pattern().startsWith(INTERNAL);
  }
}
