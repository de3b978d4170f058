package io.wrkr.jdbc;

import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.sql.SQLException;

/** Makes backend exceptions of what drivers throw. */
final class Failures {
  private final Dialect dialect;
  private final String where;

  /** Creates failures of the store described by {@code where}, which shows no secret. */
  Failures(Dialect dialect, String where) {
    this.dialect = dialect;
    this.where = where;
  }

  /** Nothing was committed. */
  BackendException beforeCommit(SQLException failure) {
    return of(dialect.outcome(failure), failure);
  }

  /** The commit itself failed. */
  BackendException inCommit(SQLException failure) {
    return of(dialect.commitOutcome(failure), failure);
  }

  /** There is no connection, so that nothing was sent. */
  BackendException connecting(SQLException failure) {
    Outcome outcome = dialect.outcome(failure);
    return of(outcome == Outcome.UNKNOWN ? Outcome.FAILED : outcome, failure);
  }

  /** Tells whether a key was there already. */
  boolean isDuplicate(SQLException failure) {
    return dialect.isDuplicate(failure);
  }

  /** Tells whether the connection is of no more use. */
  boolean isBroken(SQLException failure) {
    return dialect.isBroken(failure);
  }

  private BackendException of(Outcome outcome, SQLException failure) {
    String message = where + ": " + dialect.explain(failure) + " (" + failure.getMessage() + ")";
    return new BackendException(outcome, message, failure);
  }
}
