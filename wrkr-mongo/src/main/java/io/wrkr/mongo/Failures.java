package io.wrkr.mongo;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoIncompatibleDriverException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.MongoTimeoutException;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a driver's exception means for the store.
 *
 * <ul>
 *   <li>No server or connection was found: nothing was sent, hence failed. The driver reports the
 *       first attempt's error when its own repetition finds no server, so this is safe.
 *   <li>Credentials, privileges, versions: fatal.
 *   <li>A read that went wrong: failed. A write that went wrong in any other way, an answer saying
 *       "not primary" included (it may come in the middle of a batch): unknown.
 * </ul>
 */
final class Failures {
  static final int DUPLICATE_KEY = 11000;
  private static final int BAD_VALUE = 2;
  private static final int WRITE_CONFLICT = 112;
  private static final int MAX_MESSAGE = 500;

  /** Not authorized, authentication failed, not allowed on this service. */
  private static final Set<Integer> REFUSALS = Set.of(13, 18, 8000);

  private static final Pattern CREDENTIALS = Pattern.compile("://\\S*@");

  private Failures() {}

  static BackendException read(String doing, MongoException e) {
    return exception(isFatal(e) ? Outcome.FATAL : Outcome.FAILED, doing, e);
  }

  static BackendException write(String doing, MongoException e) {
    return exception(writeOutcome(e), doing, e);
  }

  private static Outcome writeOutcome(MongoException e) {
    if (isFatal(e)) {
      return Outcome.FATAL;
    }
    return nothingSent(e)
            || isTransient(e)
            || e.hasErrorLabel("NoWritesPerformed")
            || e.getCode() == WRITE_CONFLICT
        ? Outcome.FAILED
        : Outcome.UNKNOWN;
  }

  private static boolean nothingSent(MongoException e) {
    return (e instanceof MongoTimeoutException && !(e instanceof MongoOperationTimeoutException))
        || e instanceof MongoSocketOpenException
        || e instanceof MongoServerUnavailableException
        || e instanceof MongoConnectionPoolClearedException
        || e instanceof MongoSecurityException;
  }

  private static boolean isFatal(MongoException e) {
    if (e instanceof MongoSecurityException) {
      return e.getCause() instanceof MongoServerException;
    }
    return e instanceof MongoIncompatibleDriverException
        || e instanceof MongoConfigurationException
        || (REFUSALS.contains(e.getCode()) && !(e instanceof MongoBulkWriteException));
  }

  static BackendException exception(Outcome outcome, String doing, Exception e) {
    return new BackendException(outcome, doing + ": " + describe(e), e);
  }

  private static String describe(Exception e) {
    String message = CREDENTIALS.matcher(String.valueOf(e.getMessage())).replaceAll("://***@");
    return e.getClass().getSimpleName()
        + ": "
        + (message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "…");
  }

  static String scrub(String text) {
    return CREDENTIALS.matcher(text).replaceAll("://***@");
  }

  /**
   * Tells whether the same statement may have been executed, or be executing, without an answer.
   */
  static boolean isUncertain(MongoException e) {
    return writeOutcome(e) == Outcome.UNKNOWN;
  }

  /** Tells whether an index that a statement names is gone. */
  static boolean isIndexMissing(MongoException e) {
    return e.getCode() == BAD_VALUE && String.valueOf(e.getMessage()).contains("hint");
  }

  static boolean isDuplicateKey(MongoException e) {
    return e.getCode() == DUPLICATE_KEY
        || (e instanceof MongoBulkWriteException bulk
            && bulk.getWriteErrors().stream().anyMatch(error -> error.getCode() == DUPLICATE_KEY));
  }

  static boolean isTransient(MongoException e) {
    return e.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
  }
}
