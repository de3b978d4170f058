package io.wrkr;

import io.wrkr.spi.Pattern;
import java.util.List;

/** Which handler gets the events of a pattern. */
sealed interface Route {
  /** The pattern. */
  Pattern pattern();

  /** The most deliveries that one call handles. */
  default int batch() {
    return 1;
  }

  /** Calls the user's handler. */
  void call(List<Delivery> deliveries) throws Exception;

  /** One delivery a call. */
  record Single(Pattern pattern, Handler handler) implements Route {
    @Override
    public void call(List<Delivery> deliveries) throws Exception {
      handler.handle(deliveries.get(0));
    }
  }

  /** One delivery a call, its payload decoded before. */
  record Typed<T>(Pattern pattern, Class<T> type, PayloadHandler<T> handler) implements Route {
    @Override
    @SuppressWarnings("NullAway") // A null payload is handed to the handler as what it is.
    public void call(List<Delivery> deliveries) throws Exception {
      Delivery delivery = deliveries.get(0);
      handler.handle(delivery.payload(type), delivery);
    }
  }

  /** Several deliveries a call. */
  record Batch(Pattern pattern, int batch, BatchHandler handler) implements Route {
    @Override
    public void call(List<Delivery> deliveries) throws Exception {
      handler.handle(deliveries);
    }
  }
}
