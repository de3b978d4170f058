package io.wrkr;

/**
 * Handles one delivery whose payload is of a declared type; otherwise as {@link Handler}.
 *
 * @param <T> the payload's type; a payload that does not fit it dead-letters the delivery
 */
@FunctionalInterface
public interface PayloadHandler<T> {
  /** Handles the delivery. */
  void handle(T payload, Delivery delivery) throws Exception;
}
