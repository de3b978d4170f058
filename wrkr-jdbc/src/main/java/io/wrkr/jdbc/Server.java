package io.wrkr.jdbc;

import io.wrkr.spi.BackendException.Outcome;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

/** What database servers have in common, by the standard's states of SQL. */
abstract class Server extends Dialect {
  @Override
  String forUpdate() {
    return " FOR UPDATE";
  }

  @Override
  String skipLocked() {
    return " FOR UPDATE SKIP LOCKED";
  }

  /**
   * Short: a publish and a claim that overlap the end of a delivery may put one back that nobody
   * pulls forward.
   */
  @Override
  Duration pushBack() {
    return Duration.ofSeconds(1);
  }

  @Override
  boolean isDuplicate(SQLException failure) {
    return state(failure).equals("23505");
  }

  @Override
  boolean isBroken(SQLException failure) {
    return state(failure).startsWith("08") || failure instanceof SQLTransientConnectionException;
  }

  @Override
  Outcome outcome(SQLException failure) {
    return switch (stateClass(failure)) {
      // No right to connect, wrong statement or table, read-only.
      case "28", "42", "25", "3D", "3F" -> Outcome.FATAL;
      default -> Outcome.FAILED;
    };
  }

  @Override
  Outcome commitOutcome(SQLException failure) {
    // Where the server answered, it says that it did not commit; where it did not, nobody knows.
    return state(failure).isEmpty() || isBroken(failure) || mayHaveCommitted(failure)
        ? Outcome.UNKNOWN
        : outcome(failure);
  }

  /** Tells whether an answer of the server leaves open what became of a commit. */
  boolean mayHaveCommitted(SQLException failure) {
    return false;
  }

  @Override
  String explain(SQLException failure) {
    return switch (stateClass(failure)) {
      case "08" -> "the connection failed: check the address and the server";
      case "28" -> "the server refused the user or the password";
      case "40" -> "another transaction was in the way";
      case "42", "3D", "3F" -> "a table, a column or the right to use it is missing";
      case "53" -> "the server is out of resources";
      default -> "a statement failed";
    };
  }

  static String state(SQLException failure) {
    String state = failure.getSQLState();
    return state == null ? "" : state;
  }

  private static String stateClass(SQLException failure) {
    String state = state(failure);
    return state.length() < 2 ? "" : state.substring(0, 2);
  }
}
