package io.wrkr.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens {@code mongodb://…/database} and {@code mongodb+srv://…/database}: the driver's connection
 * strings, with two more options, {@code wrkrPrefix=text} and {@code wrkrRelaxed=true}. See {@link
 * MongoOptions}.
 */
public final class MongoProvider implements BackendProvider {
  private static final Logger LOG = LoggerFactory.getLogger(MongoProvider.class);
  private static final String PREFIX = "wrkrPrefix=";
  private static final String RELAXED = "wrkrRelaxed=";

  /** For {@link java.util.ServiceLoader}. */
  public MongoProvider() {}

  @Override
  public Set<String> schemes() {
    return Set.of("mongodb:", "mongodb+srv:");
  }

  @Override
  public Backend open(String uri) {
    List<String> ours = new ArrayList<>();
    ConnectionString connection = parse(withoutOurs(uri, ours));
    String database = requireDatabase(connection, uri);
    warnOfWeakerConcerns(connection);
    MongoClient client = MongoClients.create(settings(connection));
    try {
      return MongoBackend.owning(client, database, options(ours));
    } catch (BackendException | MongoException e) {
      client.close();
      throw e;
    }
  }

  static String requireDatabase(ConnectionString connection, String uri) {
    String database = connection.getDatabase();
    if (database == null) {
      throw new IllegalArgumentException(
          "The URI "
              + Failures.scrub(uri)
              + " names no database: add one after the hosts, like mongodb://host/wrkr");
    }
    return database;
  }

  static ConnectionString parse(String uri) {
    try {
      return new ConnectionString(uri);
    } catch (IllegalArgumentException | MongoException e) {
      // Neither the cause nor its message: either may show what it could not read.
      throw new IllegalArgumentException(
          "The URI "
              + Failures.scrub(uri)
              + " is not a MongoDB connection string: it is to look like"
              + " mongodb://user:password@host:27017/database?replicaSet=name, with special"
              + " characters of user and password percent-encoded");
    }
  }

  /** Takes our own options out of the query, which the driver would warn about. */
  private static String withoutOurs(String uri, List<String> ours) {
    int query = uri.indexOf('?');
    if (query < 0) {
      return uri;
    }
    List<String> rest = new ArrayList<>();
    for (String option : uri.substring(query + 1).split("&", -1)) {
      (option.startsWith(PREFIX) || option.startsWith(RELAXED) ? ours : rest).add(option);
    }
    return uri.substring(0, query) + (rest.isEmpty() ? "" : "?" + String.join("&", rest));
  }

  private static MongoOptions options(List<String> ours) {
    MongoOptions options = MongoOptions.defaults();
    for (String option : ours) {
      if (option.startsWith(PREFIX)) {
        options = options.prefix(option.substring(PREFIX.length()));
      } else if (option.equals(RELAXED + "true")) {
        options = options.relaxed();
      } else if (!option.equals(RELAXED + "false")) {
        throw new IllegalArgumentException(option + " is neither true nor false: give one of them");
      }
    }
    return options;
  }

  private static void warnOfWeakerConcerns(ConnectionString connection) {
    if (connection.getWriteConcern() != null || connection.getReadPreference() != null) {
      LOG.warn(
          "The connection string's write concern or read preference is not used: the bus reads from"
              + " the primary and waits for a majority (wrkrRelaxed=true lets claims and acks wait for"
              + " the primary alone)");
    }
  }

  private static MongoClientSettings settings(ConnectionString connection) {
    return MongoClientSettings.builder()
        .applyConnectionString(connection)
        .applyToClusterSettings(
            cluster -> cluster.serverSelectionTimeout(Store.TIMEOUT_SECONDS, TimeUnit.SECONDS))
        .applyToSocketSettings(
            socket -> {
              if (connection.getConnectTimeout() == null) {
                socket.connectTimeout(Store.TIMEOUT_SECONDS, TimeUnit.SECONDS);
              }
            })
        .retryWrites(true)
        .build();
  }
}
