package io.wrkr.rabbitmq;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens {@code amqp://user:password@host:port/vhost?store=URI} and {@code amqps:}, the store's URI
 * percent-encoded. Further options: {@code exchange} and {@code prefix}, see {@link RabbitOptions}.
 */
public final class RabbitProvider implements BackendProvider {

  /** For {@link java.util.ServiceLoader}. */
  public RabbitProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("amqp:", "amqps:");
  }

  @Override
  public Backend open(String uri) {
    throw new IllegalArgumentException(
        "A RabbitMQ backend stands on a store: open it with Wrkr.connect, or with"
            + " RabbitBackend.of and a store");
  }

  @Override
  public Backend open(String uri, Function<String, Backend> others) {
    RabbitUri parsed = RabbitUri.parse(uri);
    return RabbitBackend.of(parsed.factory(), others.apply(parsed.store()), parsed.options());
  }
}
