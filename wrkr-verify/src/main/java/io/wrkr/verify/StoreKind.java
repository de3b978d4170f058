package io.wrkr.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The durable stores that can be started here. */
enum StoreKind {
  SQLITE,
  POSTGRESQL,
  MARIADB,
  MONGODB;

  static List<String> names() {
    return Arrays.stream(values()).map(kind -> kind.name().toLowerCase(Locale.ROOT)).toList();
  }

  static Optional<StoreKind> named(String name) {
    return Arrays.stream(values())
        .filter(kind -> kind.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst();
  }

  /** Starts one with nothing in it; empty where its programs are missing. */
  Optional<StoreServer> start() {
    return switch (this) {
      case SQLITE -> Optional.of(sqlite());
      case POSTGRESQL -> PostgresServer.start();
      case MARIADB -> MariaDbServer.start();
      case MONGODB -> MongodServer.start();
    };
  }

  /** Says why a store of this kind cannot be started here. */
  String missing() {
    return switch (this) {
      case SQLITE -> "";
      case POSTGRESQL -> "not run: no initdb under /usr/lib/postgresql or on the PATH";
      case MARIADB -> "not run: no mariadbd with mariadb-install-db";
      case MONGODB -> "not run: no mongod on the PATH, none named by WRKR_MONGOD";
    };
  }

  private static StoreServer sqlite() {
    try {
      Path folder = Files.createTempDirectory("wrkr-verify-sqlite");
      return GivenStore.sqlite(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder for SQLite", e);
    }
  }
}
