package io.wrkr.jdbc;

import io.wrkr.spi.BackendException.Outcome;
import java.sql.SQLException;
import java.time.Duration;

/** SQLite: one writer at a time by its own lock, so that no row needs another. */
final class Sqlite extends Dialect {
  // Primary result codes: https://www.sqlite.org/rescode.html
  static final int ERROR = 1;
  static final int PERM = 3;
  static final int BUSY = 5;
  static final int LOCKED = 6;
  static final int READONLY = 8;
  static final int IOERR = 10;
  static final int CORRUPT = 11;
  static final int FULL = 13;
  static final int CANTOPEN = 14;
  static final int CONSTRAINT = 19;
  static final int NOTADB = 26;

  @Override
  String schemaFile() {
    return "sqlite";
  }

  @Override
  String clock() {
    return "coalesce(?, cast(round(unixepoch('subsec') * 1000000) AS integer))";
  }

  @Override
  String forUpdate() {
    return "";
  }

  @Override
  String skipLocked() {
    return "";
  }

  @Override
  String forShare() {
    return "";
  }

  /** Nothing to do: every transaction that writes holds the file's one lock from its beginning. */
  @Override
  void lockSchema(Session session) {}

  /**
   * Long: with one writer, whoever ends a delivery sees every one that was pushed back behind it.
   */
  @Override
  Duration pushBack() {
    return Duration.ofDays(1);
  }

  @Override
  boolean goesOnAfterDuplicate() {
    return true;
  }

  @Override
  boolean isDuplicate(SQLException failure) {
    return code(failure) == CONSTRAINT;
  }

  @Override
  boolean isMissingTable(SQLException failure) {
    return code(failure) == ERROR && String.valueOf(failure.getMessage()).contains("no such table");
  }

  @Override
  Outcome outcome(SQLException failure) {
    return switch (code(failure)) {
      case ERROR, PERM, READONLY, CORRUPT, CANTOPEN, NOTADB -> Outcome.FATAL;
      default -> Outcome.FAILED;
    };
  }

  /**
   * A commit that finds no room has written no commit mark; after other errors one may be there.
   */
  @Override
  Outcome commitOutcome(SQLException failure) {
    return switch (code(failure)) {
      case BUSY, LOCKED, FULL -> Outcome.FAILED;
      default -> Outcome.UNKNOWN;
    };
  }

  @Override
  String explain(SQLException failure) {
    return switch (code(failure)) {
      case BUSY, LOCKED -> "another program has held the write lock for too long";
      case READONLY, PERM -> "the file or its directory cannot be written: change its permissions";
      case CORRUPT -> "the file is damaged: restore a backup";
      case FULL -> "the disk is full: free some space";
      case CANTOPEN -> "the file cannot be opened: check the path and its permissions";
      case NOTADB -> "the file is not an SQLite database: give another path";
      case IOERR -> "reading or writing the file failed: check the disk";
      default -> "a statement failed";
    };
  }

  /** The driver gives the primary code, or an extended one with the primary in its low byte. */
  static int code(SQLException failure) {
    return failure.getErrorCode() & 0xff;
  }
}
