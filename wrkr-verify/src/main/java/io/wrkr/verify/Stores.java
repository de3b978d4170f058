package io.wrkr.verify;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/** Opens backends by URI. */
final class Stores {
  private Stores() {}

  /** Opens one whose calls are written down by what is put around it. */
  static Backend recorded(String uri, UnaryOperator<Backend> recording) {
    Backend original = open(uri);
    Backend recorded = recording.apply(original);
    return GivenBroker.isAddressed(uri) ? ByWire.around(recorded, original) : recorded;
  }

  static Backend open(String uri) {
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      if (provider.schemes().stream().anyMatch(uri::startsWith)) {
        return provider.open(uri, Stores::open);
      }
    }
    throw new IllegalArgumentException(
        "No backend for this kind of URI; use sqlite:, jdbc:postgresql:, jdbc:mariadb:, mongodb:,"
            + " amqp: or mqtt:");
  }
}
