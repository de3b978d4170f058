package io.wrkr.mqtt;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Names as topics and patterns as filters, and back.
 *
 * <p>A segment is a level. What a level cannot have is percent-encoded: {@code / + # %}, and {@code
 * $} where a topic begins. A dot inside a level is {@code %2E} in the name.
 *
 * <p>Two filters of one session that match the same topic would bring its messages twice, on some
 * brokers, and nothing tells that from two messages. So filters that overlap are replaced by one
 * that covers them; what it brings beyond them is left to Wrkr's own matcher.
 */
final class Topics {
  private static final String REST = "#";
  private static final String ANY = "+";

  private final MqttOptions options;

  Topics(MqttOptions options) {
    this.options = options;
  }

  /** Returns the client identifier of a queue's session. */
  String client(String queue) {
    return options.prefix() + "-" + level(queue);
  }

  /** Returns where a queue's receiver is asked. */
  String questions(String queue) {
    return options.prefix() + "/q/" + level(queue);
  }

  /** Returns where an instance gets its answers. */
  String answers(String instance) {
    return options.prefix() + "/r/" + instance;
  }

  /** Tells whether a topic is the bus's own, and none of an event. */
  boolean isOwn(String topic) {
    return topic.startsWith(options.prefix() + "/q/") || topic.startsWith(options.prefix() + "/r/");
  }

  String ofEvent(String name) {
    StringBuilder topic = new StringBuilder(options.topics());
    String[] segments = name.split("\\.", -1);
    for (int i = 0; i < segments.length; i++) {
      topic.append(i == 0 ? "" : "/").append(level(segments[i], topic.length() == 0));
    }
    return topic.toString();
  }

  /** Returns the name that a topic stands for, which need not be one that an event may have. */
  String name(String topic) {
    String rest =
        topic.startsWith(options.topics()) ? topic.substring(options.topics().length()) : "";
    List<String> segments = new ArrayList<>();
    for (String level : rest.split("/", -1)) {
      segments.add(segment(level));
    }
    return String.join(".", segments);
  }

  /** A queue's name is one level, dots and all. */
  private static String level(String queue) {
    StringBuilder level = new StringBuilder();
    queue.chars().forEach(c -> append(level, (char) c, false));
    return level.toString();
  }

  private static String level(String segment, boolean first) {
    StringBuilder level = new StringBuilder();
    for (int i = 0; i < segment.length(); i++) {
      if (segment.startsWith("%2E", i)) {
        level.append('.');
        i += 2;
      } else {
        append(level, segment.charAt(i), first && i == 0);
      }
    }
    return level.toString();
  }

  private static void append(StringBuilder level, char c, boolean first) {
    if (c == '/' || c == '+' || c == '#' || c == '%' || (c == '$' && first)) {
      level.append('%').append(Integer.toHexString(c).toUpperCase(Locale.ROOT));
    } else {
      level.append(c);
    }
  }

  private static String segment(String level) {
    return level
        .replace(".", "%2E")
        .replace("%2F", "/")
        .replace("%2B", "+")
        .replace("%23", "#")
        .replace("%24", "$")
        .replace("%25", "%");
  }

  /** Returns filters that bring all that the patterns match, no topic by two of them. */
  Set<String> filters(Collection<String> patterns) {
    List<List<String>> filters = new ArrayList<>();
    for (String pattern : patterns) {
      add(filters, filter(pattern));
    }
    Set<String> texts = new LinkedHashSet<>();
    filters.forEach(filter -> texts.add(options.topics() + String.join("/", filter)));
    return texts;
  }

  /** MQTT has its rest at the end only: a pattern with one before is brought in wider. */
  private List<String> filter(String pattern) {
    List<String> filter = new ArrayList<>();
    for (String segment : pattern.split("\\.", -1)) {
      if (segment.equals("#")) {
        filter.add(REST);
        return filter;
      }
      boolean first = filter.isEmpty() && options.topics().isEmpty();
      filter.add(segment.equals("*") ? ANY : level(segment, first));
    }
    return filter;
  }

  private static void add(List<List<String>> filters, List<String> added) {
    for (int i = 0; i < filters.size(); i++) {
      if (overlap(filters.get(i), added)) {
        add(filters, joined(filters.remove(i), added));
        return;
      }
    }
    filters.add(added);
  }

  private static boolean overlap(List<String> a, List<String> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      String one = a.get(i);
      String other = b.get(i);
      if (one.equals(REST) || other.equals(REST)) {
        return true;
      }
      if (!one.equals(other) && !one.equals(ANY) && !other.equals(ANY)) {
        return false;
      }
    }
    // The rest may be nothing.
    int common = Math.min(a.size(), b.size());
    List<String> longer = a.size() > b.size() ? a : b;
    return longer.size() == common || longer.get(common).equals(REST);
  }

  private static List<String> joined(List<String> a, List<String> b) {
    List<String> joined = new ArrayList<>();
    for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
      String one = i < a.size() ? a.get(i) : REST;
      String other = i < b.size() ? b.get(i) : REST;
      if (one.equals(REST) || other.equals(REST)) {
        joined.add(REST);
        return joined;
      }
      joined.add(one.equals(other) ? one : ANY);
    }
    return joined;
  }
}
