package io.wrkr.mongo;

import com.mongodb.MongoException;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;

/** Runs what is all or nothing. */
final class Transactions {
  private static final int MAX_CONFLICTS = 5;

  private Transactions() {}

  /**
   * Work inside a transaction, told how often it was undone before by a conflict. It may undo what
   * it did itself.
   */
  interface Work<T> {
    T in(ClientSession session, int conflicts);
  }

  /** Runs the work and commits, durable by majority. */
  static <T> T run(Store store, Work<T> work) {
    return run(store, Store.STRICT, work);
  }

  /** Runs the work and commits; begins again, a few times, when a conflict undid it. */
  static <T> T run(Store store, WriteConcern concern, Work<T> work) {
    try (ClientSession session = store.session()) {
      for (int conflicts = 0; ; conflicts++) {
        session.startTransaction(Store.transaction(concern));
        try {
          T result = work.in(session, conflicts);
          if (session.hasActiveTransaction()) {
            session.commitTransaction();
          }
          return result;
        } catch (MongoException e) {
          if (session.hasActiveTransaction()) {
            session.abortTransaction();
          }
          boolean undone = Failures.isTransient(e) || Failures.isDuplicateKey(e);
          if (!undone || conflicts == MAX_CONFLICTS) {
            throw e;
          }
        }
      }
    }
  }
}
