package io.wrkr.jdbc;

import io.wrkr.jdbc.Examining.Look;
import io.wrkr.spi.BackendException.Outcome;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What differs from database to database. Stateless. */
abstract class Dialect {
  /** Returns the name of the file with the schema, without its ending. */
  abstract String schemaFile();

  /**
   * Returns the store's now in microseconds, as SQL whose one parameter replaces it unless null.
   */
  abstract String clock();

  /** Returns what a select of rows to be changed ends with. */
  abstract String forUpdate();

  /** Returns what a select ends with to skip rows that another transaction is changing. */
  abstract String skipLocked();

  /** Returns what a select ends with to see the newest row and keep it as it is to the commit. */
  abstract String forShare();

  /** Keeps out others that create the tables, until {@link #unlockSchema}. */
  abstract void lockSchema(Session session) throws SQLException;

  /** Lets others in again. */
  void unlockSchema(Session session) throws SQLException {}

  /**
   * Tells whether a transaction may go on after a key was there already. PostgreSQL refuses all
   * further statements.
   */
  boolean goesOnAfterDuplicate() {
    return false;
  }

  /** Tells whether a failure leaves the connection of no use. */
  boolean isBroken(SQLException failure) {
    return false;
  }

  /** Returns what follows a table's name so that its primary key leads to the rows. */
  String byPrimaryKey() {
    return "";
  }

  /** Returns a delivery's queue where it narrows a look-up by event ids. */
  String queueBesideIds() {
    return "queue_id";
  }

  /** Returns what stands between DELETE and the table, whose rows are named {@code gone}. */
  String deleteFrom() {
    return "FROM";
  }

  /** Returns what follows the table of a DELETE by event ids, up to its last condition. */
  String deleteThose() {
    return "WHERE gone.event_id IN (??) AND";
  }

  /** Returns what follows a table's name so that the given index leads to the rows. */
  String byIndex(String index) {
    return "";
  }

  /** Returns an identifier in quotes. */
  String quoted(String identifier) {
    return '"' + identifier + '"';
  }

  /**
   * Returns for how long a delivery that waits for another of its tid is left out of claims, should
   * nobody pull it forward.
   */
  abstract Duration pushBack();

  /** Tells whether a statement was refused because a key is there already. */
  abstract boolean isDuplicate(SQLException failure);

  /** Tells whether a statement was refused because its table is not there. */
  abstract boolean isMissingTable(SQLException failure);

  /** Returns what a failure before a commit means for the store. */
  abstract Outcome outcome(SQLException failure);

  /** Returns what a failed commit means for the store. */
  abstract Outcome commitOutcome(SQLException failure);

  /** Returns the operations, of which a database may do some with fewer statements. */
  Operations operations(Parts parts, Publishing publishing, Operations steps) {
    return steps;
  }

  /** Returns what else tells whether such a database is well. */
  List<Look> looks(Sql sql) {
    return List.of();
  }

  /** Returns the cause and remedy of a failure in a few words, for its message. */
  abstract String explain(SQLException failure);
}
