package io.wrkr;

/**
 * A durable wish: the queue gets a delivery of every event whose name matches the pattern.
 *
 * @param queue the queue's name
 * @param pattern dot-separated; {@code *} stands for one segment, {@code #} for any number
 */
public record Subscription(String queue, String pattern) {
  /** Checks both texts. */
  public Subscription {
    Names.requireQueue(queue);
    Names.requirePattern(pattern);
  }
}
