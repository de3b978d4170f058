package io.wrkr.verify;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import java.util.ServiceLoader;

/** Opens backends by URI. */
final class Stores {
  private Stores() {}

  static Backend open(String uri) {
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      if (provider.schemes().stream().anyMatch(uri::startsWith)) {
        return provider.open(uri);
      }
    }
    throw new IllegalArgumentException(
        "No backend for this kind of URI; use sqlite:, jdbc:postgresql:, jdbc:mariadb: or mongodb:");
  }
}
