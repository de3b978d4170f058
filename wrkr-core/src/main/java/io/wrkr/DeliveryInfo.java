package io.wrkr;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link Admin#find} tells of a delivery.
 *
 * @param eventId the event's id
 * @param queue the queue that holds it
 * @param name the event's name
 * @param tid the id of the thing that the event is about
 * @param state where it is in its life
 * @param due when it comes due: the delay, the retry time, or the end of its lease
 * @param attempts how often it was claimed
 * @param publishedAt when it was stored
 * @param reason why it failed last or was given up: first line the summary, then stack and earlier
 *     attempts
 * @param payloadText the payload as text, shortened to 64 KB
 * @param headers the event's headers
 */
public record DeliveryInfo(
    String eventId,
    String queue,
    String name,
    Optional<String> tid,
    DeliveryState state,
    Instant due,
    int attempts,
    Instant publishedAt,
    Optional<String> reason,
    String payloadText,
    Map<String, String> headers) {

  /** Copies the headers. */
  public DeliveryInfo {
    headers = Map.copyOf(headers);
  }

  /** Returns the id of the event during whose handling this one was published. */
  public Optional<String> parent() {
    return Optional.ofNullable(headers.get(Headers.PARENT));
  }

  /** Returns the id of the first event of the chain, unless this is it. */
  public Optional<String> correlation() {
    return Optional.ofNullable(headers.get(Headers.CORRELATION));
  }
}
