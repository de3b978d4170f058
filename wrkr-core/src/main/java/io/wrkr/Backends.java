package io.wrkr;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendProvider;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Finds the backend of a URI among those on the class path. */
final class Backends {
  /** Which module would bring a scheme that was not found. */
  private static final Map<String, String> MODULES =
      Map.of(
          "memory:", "wrkr-memory",
          "sqlite:", "wrkr-jdbc",
          "jdbc:", "wrkr-jdbc",
          "mongodb:", "wrkr-mongo",
          "mongodb+srv:", "wrkr-mongo",
          "amqp:", "wrkr-rabbitmq",
          "amqps:", "wrkr-rabbitmq",
          "mqtt:", "wrkr-mqtt",
          "mqtts:", "wrkr-mqtt");

  private Backends() {}

  static Optional<String> schema(String uri) {
    return provider(uri).getValue().schema(uri);
  }

  private static Map.Entry<String, BackendProvider> provider(String uri) {
    Map<String, BackendProvider> found = new TreeMap<>();
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      provider.schemes().forEach(scheme -> found.put(scheme, provider));
    }
    return found.entrySet().stream()
        .filter(entry -> uri.startsWith(entry.getKey()))
        .max(Comparator.comparingInt(entry -> entry.getKey().length()))
        .orElseThrow(() -> unknown(uri, found));
  }

  static Backend open(String uri) {
    Map.Entry<String, BackendProvider> longest = provider(uri);
    try {
      return longest.getValue().open(uri, Backends::open);
    } catch (BackendException e) {
      String what = "Opening the " + longest.getKey() + " backend";
      throw BackendCalls.translated(what, List.of(), e);
    }
  }

  /** Shows the scheme only: the rest of the URI may hold a password. */
  private static IllegalArgumentException unknown(String uri, Map<String, BackendProvider> found) {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? "" : uri.substring(0, colon + 1);
    String module = MODULES.get(scheme);
    return new IllegalArgumentException(
        "No backend for the URI scheme '"
            + Names.shown(scheme)
            + "': found "
            + found.keySet()
            + (module == null
                ? "; use one of these"
                : "; add the module io.wrkr:" + module + " to the class path"));
  }
}
