package io.wrkr.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import io.wrkr.spi.BrokerUri;
import java.security.GeneralSecurityException;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * {@code amqp://user:password@host:port/vhost?store=URI}, taken apart. No message shows user,
 * password or the store's URI.
 */
record RabbitUri(ConnectionFactory factory, String store, RabbitOptions options) {
  private static final Set<String> KNOWN = Set.of("exchange", "prefix");
  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;

  static RabbitUri parse(String text) {
    BrokerUri uri = BrokerUri.parse("RabbitMQ", text, KNOWN);
    RabbitOptions defaults = RabbitOptions.defaults();
    return new RabbitUri(
        factory(uri),
        uri.store(),
        new RabbitOptions(
            uri.options().getOrDefault("exchange", defaults.exchange()),
            uri.options().getOrDefault("prefix", defaults.prefix())));
  }

  private static ConnectionFactory factory(BrokerUri uri) {
    boolean tls = "amqps".equalsIgnoreCase(uri.scheme());
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(uri.host());
    factory.setPort(uri.port().orElse(tls ? TLS_PORT : PORT));
    if (uri.user().isPresent()) {
      factory.setUsername(uri.user().get());
      factory.setPassword(uri.password().orElse(""));
    }
    if (!uri.path().isEmpty()) {
      factory.setVirtualHost(uri.path());
    }
    if (tls) {
      secure(factory);
    }
    return factory;
  }

  /** The client's own shortcuts trust every certificate. */
  private static void secure(ConnectionFactory factory) {
    try {
      factory.useSslProtocol(SSLContext.getDefault());
      factory.enableHostnameVerification();
    } catch (GeneralSecurityException e) {
      throw new IllegalArgumentException("This Java has no TLS: " + e.getMessage(), e);
    }
  }
}
