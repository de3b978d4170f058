package io.wrkr.verify;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A store named by the caller: its server is not killed. Each bus has tables or collections of its
 * own, by prefix {@code verify<number>}; a SQLite bus a file of its own beside the one named.
 */
final class GivenStore implements StoreServer {
  private static final Pattern LOCAL =
      Pattern.compile("(//(?:[^/@]*@)?)(?:localhost|127\\.0\\.0\\.1):(\\d+)(?=[/?]|$)");
  private static final String SQLITE = "sqlite:";

  private final String uri;
  private final String name;
  private final Optional<Path> temporary;

  GivenStore(String uri) {
    this(uri, Optional.empty());
  }

  private GivenStore(String uri, Optional<Path> temporary) {
    this.uri = uri;
    this.temporary = temporary;
    this.name = uri.startsWith("jdbc:") ? uri.split(":", 3)[1] : uri.substring(0, uri.indexOf(':'));
  }

  /** A SQLite file in a folder, which is removed with it. */
  static GivenStore sqlite(Path folder) {
    return new GivenStore(SQLITE + folder.resolve("store.db"), Optional.of(folder));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String uri(int bus, int port) {
    if (uri.startsWith(SQLITE)) {
      return uri + "-verify" + bus;
    }
    String through = port == 0 ? uri : LOCAL.matcher(uri).replaceFirst("$1127.0.0.1:" + port);
    if (name.startsWith("mongodb")) {
      through = port == 0 ? through : with(through, "directConnection=true");
      return with(through, "wrkrPrefix=verify" + bus + "_");
    }
    return with(through, "prefix=verify" + bus);
  }

  private static String with(String uri, String option) {
    return uri + (uri.contains("?") ? "&" : "?") + option;
  }

  @Override
  public int port() {
    Matcher matcher = LOCAL.matcher(uri);
    return matcher.find() ? Integer.parseInt(matcher.group(2)) : 0;
  }

  @Override
  public boolean canKill() {
    return false;
  }

  @Override
  public void kill() {
    throw new UnsupportedOperationException("This server is not ours to kill: " + name);
  }

  @Override
  public void restart() {
    throw new UnsupportedOperationException("This server is not ours to start: " + name);
  }

  @Override
  public void pause(long millis) {
    throw new UnsupportedOperationException("This server is not ours to stop: " + name);
  }

  @Override
  public void remove(int bus) {
    if (uri.startsWith(SQLITE)) {
      String file = uri(bus, 0).substring(SQLITE.length());
      for (String suffix : List.of("", "-wal", "-shm")) {
        delete(Path.of(file + suffix));
      }
    } else if (uri.startsWith("mongodb")) {
      dropCollections("verify" + bus + "_");
    } else {
      dropTables("verify" + bus + "_");
    }
  }

  private void dropCollections(String prefix) {
    ConnectionString where = new ConnectionString(uri);
    try (MongoClient client = MongoClients.create(where)) {
      MongoDatabase database =
          client.getDatabase(Objects.requireNonNullElse(where.getDatabase(), "test"));
      for (String collection : database.listCollectionNames().into(new ArrayList<>())) {
        if (collection.startsWith(prefix)) {
          database.getCollection(collection).drop();
        }
      }
    }
  }

  private void dropTables(String prefix) {
    try (Connection connection = DriverManager.getConnection(uri);
        Statement statement = connection.createStatement();
        ResultSet all =
            connection
                .getMetaData()
                .getTables(connection.getCatalog(), null, prefix + "%", new String[] {"TABLE"})) {
      List<String> tables = new ArrayList<>();
      while (all.next()) {
        tables.add(all.getString("TABLE_NAME"));
      }
      for (String table : tables) {
        // The pattern's underscores match anything.
        if (table.startsWith(prefix)) {
          statement.execute("DROP TABLE " + table);
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("Cannot remove the tables " + prefix + "*", e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + file, e);
    }
  }

  @Override
  public void close() {
    temporary.ifPresent(GuardedServer::removeAll);
  }
}
