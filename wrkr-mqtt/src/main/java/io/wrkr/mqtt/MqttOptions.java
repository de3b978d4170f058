package io.wrkr.mqtt;

import java.nio.charset.StandardCharsets;

/**
 * What topics and clients are called in the broker. Immutable. All instances of one bus need the
 * same, and two buses on one broker different ones.
 *
 * @param prefix what client identifiers and the bus's own topics begin with
 * @param topics what the topic of an event begins with, up to its name; empty for topics that are
 *     the name alone, as those of devices often are
 */
public record MqttOptions(String prefix, String topics) {
  private static final int MAX_BYTES = 100;

  /** Refuses what MQTT cannot name. */
  public MqttOptions {
    if (prefix.isEmpty() || prefix.contains("/") || !isUsable(prefix)) {
      throw new IllegalArgumentException(
          "The prefix '"
              + prefix
              + "' is no name for MQTT: give 1 to 100 bytes without / + # and $ at the beginning");
    }
    if (!isUsable(topics) || !(topics.isEmpty() || topics.endsWith("/"))) {
      throw new IllegalArgumentException(
          "The topics '"
              + topics
              + "' are no beginning of a topic: give up to 100 bytes that end in / and have no + #"
              + " and no $ at the beginning, or nothing");
    }
  }

  private static boolean isUsable(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length <= MAX_BYTES
        && text.chars().noneMatch(c -> c == '+' || c == '#' || Character.isISOControl(c))
        && !text.startsWith("$");
  }

  /** Returns the prefix {@code wrkr} and the topics {@code wrkr/e/}. */
  public static MqttOptions defaults() {
    return new MqttOptions("wrkr", "wrkr/e/");
  }
}
