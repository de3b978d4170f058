package io.wrkr.jdbc;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Creates the tables where they are missing and checks that this version understands them. */
final class Schema {
  static final int VERSION = 1;

  private static final List<String> TABLES =
      List.of("meta", "queue", "subscription", "event", "delivery", "dead", "done", "ended");

  private final Sql sql;
  private final Dialect dialect;
  private final String version;
  private final String first;

  Schema(Sql sql, Dialect dialect) {
    this.sql = sql;
    this.dialect = dialect;
    version = sql.of("SELECT schema_version FROM {meta} WHERE id = 1");
    first =
        sql.of("INSERT INTO {meta} (id, schema_version, subscription_version) VALUES (1, ?, 0)");
  }

  /** Returns the statements that create the tables, for people to run. */
  String text() {
    StringBuilder text = new StringBuilder();
    sql.schema().forEach(statement -> text.append(statement).append(";\n\n"));
    return text.append(first.replace("?", String.valueOf(VERSION))).append(";\n").toString();
  }

  /** Any number of processes may do this at once. */
  void prepare(Store store) {
    List<Integer> found = store.read(this::version);
    if (found.isEmpty()) {
      found = created(store);
    }
    requireVersion(found);
    if (dialect instanceof Server) {
      store.read(this::requireTables);
    }
  }

  private List<Integer> created(Store store) {
    try {
      return store.write(
          session -> {
            create(session);
            return version(session);
          });
    } catch (BackendException e) {
      if (e.outcome() != Outcome.FATAL) {
        throw e;
      }
      throw new BackendException(
          Outcome.FATAL,
          "The tables "
              + sql.of("{meta}")
              + " and others are missing and cannot be created. Let somebody who may run what"
              + " 'wrkr schema --print' prints, and grant select, insert, update and delete: "
              + e.getMessage(),
          e);
    }
  }

  /** Fails with the names of the tables that are not there or may not be read. */
  private boolean requireTables(Session session) throws SQLException {
    List<String> looks =
        TABLES.stream().map(name -> sql.of("SELECT 1 FROM {" + name + "} WHERE 1 = 0")).toList();
    try {
      session.query(String.join(" UNION ALL ", looks), row -> true);
      return true;
    } catch (SQLException e) {
      List<String> missing = new ArrayList<>();
      for (int i = 0; i < looks.size(); i++) {
        if (!isReadable(session, looks.get(i))) {
          missing.add(sql.of("{" + TABLES.get(i) + "}"));
        }
      }
      if (missing.isEmpty()) {
        throw e;
      }
      throw new BackendException(
          Outcome.FATAL,
          "These tables are missing or may not be read: "
              + String.join(", ", missing)
              + ". Grant the right to select, insert, update and delete, or let somebody who may"
              + " run what 'wrkr schema --print' prints ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  private boolean isReadable(Session session, String look) {
    try {
      session.query(look, row -> true);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private void requireVersion(List<Integer> found) {
    if (found.isEmpty()) {
      throw new BackendException(
          Outcome.FATAL,
          "The table " + sql.of("{meta}") + " is empty: run what 'wrkr schema --print' prints",
          null);
    }
    int there = found.get(0);
    if (there != VERSION) {
      throw new BackendException(
          Outcome.FATAL,
          "The tables "
              + sql.of("{meta}")
              + " and others are of schema version "
              + there
              + ", this wrkr-jdbc knows "
              + VERSION
              + ": use "
              + (there > VERSION ? "a newer" : "an older")
              + " wrkr-jdbc, or another table prefix",
          null);
    }
  }

  private List<Integer> version(Session session) throws SQLException {
    try {
      return session.query(version, row -> row.getInt(1));
    } catch (SQLException e) {
      if (dialect.isMissingTable(e)) {
        return List.of();
      }
      throw e;
    }
  }

  private void create(Session session) throws SQLException {
    dialect.lockSchema(session);
    try {
      for (String statement : sql.schema()) {
        session.execute(statement);
      }
      if (session.query(version, row -> row.getInt(1)).isEmpty()) {
        session.update(first, VERSION);
      }
    } finally {
      dialect.unlockSchema(session);
    }
  }
}
