package io.wrkr.rabbitmq;

import com.rabbitmq.client.ConnectionFactory;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * {@code amqp://user:password@host:port/vhost?store=URI}, taken apart. No message shows user,
 * password or the store's URI.
 */
record RabbitUri(ConnectionFactory factory, String store, RabbitOptions options) {
  private static final Set<String> KNOWN = Set.of("store", "exchange", "prefix");
  private static final int PORT = 5672;
  private static final int TLS_PORT = 5671;

  static RabbitUri parse(String uri) {
    int query = uri.indexOf('?');
    Map<String, String> parameters = parameters(query < 0 ? "" : uri.substring(query + 1));
    String store = parameters.get("store");
    if (store == null || store.isEmpty()) {
      throw new IllegalArgumentException(
          "A RabbitMQ URI needs a store for what waits: add ?store=sqlite:wrkr.db or another URI,"
              + " percent-encoded");
    }
    RabbitOptions defaults = RabbitOptions.defaults();
    return new RabbitUri(
        factory(query < 0 ? uri : uri.substring(0, query)),
        store,
        new RabbitOptions(
            parameters.getOrDefault("exchange", defaults.exchange()),
            parameters.getOrDefault("prefix", defaults.prefix())));
  }

  private static Map<String, String> parameters(String query) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String part : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = (part + "=").indexOf('=');
      String name = part.substring(0, equals);
      if (!KNOWN.contains(name)) {
        throw new IllegalArgumentException(
            "The option '"
                + name
                + "' of a RabbitMQ URI is none of store, exchange and prefix: percent-encode the"
                + " store's URI if it is a part of that");
      }
      parameters.put(name, decoded(part.substring(Math.min(part.length(), equals + 1))));
    }
    return parameters;
  }

  private static ConnectionFactory factory(String address) {
    URI parsed;
    try {
      parsed = new URI(address);
    } catch (URISyntaxException e) {
      throw unreadable();
    }
    if (parsed.getHost() == null) {
      throw unreadable();
    }
    boolean tls = "amqps".equalsIgnoreCase(parsed.getScheme());
    ConnectionFactory factory = new ConnectionFactory();
    factory.setHost(parsed.getHost().replaceAll("^\\[|\\]$", ""));
    factory.setPort(parsed.getPort() >= 0 ? parsed.getPort() : tls ? TLS_PORT : PORT);
    String user = parsed.getRawUserInfo();
    if (user != null) {
      List<String> parts = new ArrayList<>(List.of(user.split(":", 2)));
      factory.setUsername(decoded(parts.get(0)));
      factory.setPassword(parts.size() > 1 ? decoded(parts.get(1)) : "");
    }
    String path = parsed.getRawPath();
    if (path != null && path.length() > 1) {
      factory.setVirtualHost(decoded(path.substring(1)));
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

  private static IllegalArgumentException unreadable() {
    return new IllegalArgumentException(
        "The RabbitMQ URI cannot be read: it is to look like"
            + " amqp://user:password@host:5672/vhost?store=sqlite:wrkr.db, with special characters"
            + " of user, password, virtual host and store percent-encoded");
  }

  /** Unlike a form's value, a plus is a plus. */
  private static String decoded(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer result = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '%' && i + 2 < bytes.length) {
        int high = Character.digit(bytes[i + 1], 16);
        int low = Character.digit(bytes[i + 2], 16);
        if (high < 0 || low < 0) {
          throw unreadable();
        }
        result.put((byte) (high * 16 + low));
        i += 2;
      } else if (bytes[i] == '%') {
        throw unreadable();
      } else {
        result.put(bytes[i]);
      }
    }
    return new String(result.array(), 0, result.position(), StandardCharsets.UTF_8);
  }
}
