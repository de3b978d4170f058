package io.wrkr.spi;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * {@code scheme://user:password@host:port/path?store=URI&option=value}, taken apart and decoded.
 * Immutable. Neither a message of an exception nor {@link #toString} shows user, password or the
 * store's URI.
 *
 * @param scheme the scheme without its colon
 * @param host a name or address, without the brackets of IPv6
 * @param port the port, if one is given
 * @param user the user, if one is given
 * @param password the password, if one is given
 * @param path what follows the first slash; empty without
 * @param store the URI of the store
 * @param options what else follows the question mark
 */
public record BrokerUri(
    String scheme,
    String host,
    OptionalInt port,
    Optional<String> user,
    Optional<String> password,
    String path,
    String store,
    Map<String, String> options) {

  /** Copies the options. */
  public BrokerUri {
    options = Map.copyOf(options);
  }

  /**
   * Takes a URI apart.
   *
   * @param product what messages call the broker
   * @param known the options there are, besides the store
   * @throws IllegalArgumentException if it cannot be read, names no store, or has another option
   */
  public static BrokerUri parse(String product, String uri, Set<String> known) {
    int query = uri.indexOf('?');
    Map<String, String> options =
        options(product, query < 0 ? "" : uri.substring(query + 1), known);
    String store = options.remove("store");
    if (store == null || store.isEmpty()) {
      throw new IllegalArgumentException(
          "A URI for "
              + product
              + " needs a store for what waits: add ?store=sqlite:wrkr.db or another URI,"
              + " percent-encoded");
    }
    return at(product, query < 0 ? uri : uri.substring(0, query), store, options);
  }

  /**
   * Takes apart a URI that names no store and has no options.
   *
   * @param product what messages call the broker
   * @throws IllegalArgumentException if it cannot be read
   */
  public static BrokerUri ofServer(String product, String uri) {
    return at(product, uri, "", Map.of());
  }

  private static BrokerUri at(
      String product, String address, String store, Map<String, String> options) {
    URI parsed;
    try {
      parsed = new URI(address);
    } catch (URISyntaxException e) {
      throw unreadable(product);
    }
    if (parsed.getHost() == null || parsed.getScheme() == null) {
      throw unreadable(product);
    }
    String login = parsed.getRawUserInfo() == null ? "" : parsed.getRawUserInfo();
    String[] parts = login.split(":", 2);
    String path = parsed.getRawPath() == null ? "" : parsed.getRawPath();
    return new BrokerUri(
        parsed.getScheme(),
        parsed.getHost().replaceAll("^\\[|\\]$", ""),
        parsed.getPort() >= 0 ? OptionalInt.of(parsed.getPort()) : OptionalInt.empty(),
        login.isEmpty() ? Optional.empty() : Optional.of(decoded(product, parts[0])),
        parts.length > 1 ? Optional.of(decoded(product, parts[1])) : Optional.empty(),
        decoded(product, path.startsWith("/") ? path.substring(1) : path),
        store,
        options);
  }

  private static Map<String, String> options(String product, String query, Set<String> known) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String part : query.isEmpty() ? new String[0] : query.split("&", -1)) {
      int equals = (part + "=").indexOf('=');
      String name = part.substring(0, equals);
      if (!name.equals("store") && !known.contains(name)) {
        throw new IllegalArgumentException(
            "The option '"
                + name
                + "' of a URI for "
                + product
                + " is neither store nor one of "
                + String.join(", ", known.stream().sorted().toList())
                + ": percent-encode the store's URI if it is a part of that");
      }
      options.put(name, decoded(product, part.substring(Math.min(part.length(), equals + 1))));
    }
    return options;
  }

  private static IllegalArgumentException unreadable(String product) {
    return new IllegalArgumentException(
        "The URI for "
            + product
            + " cannot be read: it is to look like"
            + " scheme://user:password@host:port/?store=sqlite:wrkr.db, with special characters of"
            + " every part percent-encoded");
  }

  /** Unlike a form's value, a plus is a plus. */
  private static String decoded(String product, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer result = ByteBuffer.allocate(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] != '%') {
        result.put(bytes[i]);
        continue;
      }
      int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
      int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw unreadable(product);
      }
      result.put((byte) (high * 16 + low));
      i += 2;
    }
    return new String(result.array(), 0, result.position(), StandardCharsets.UTF_8);
  }

  /** Returns scheme, host and port. */
  @Override
  public String toString() {
    return scheme + "://" + host + (port.isPresent() ? ":" + port.getAsInt() : "");
  }
}
