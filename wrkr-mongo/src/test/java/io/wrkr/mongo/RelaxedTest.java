package io.wrkr.mongo;

import io.wrkr.tck.TckStore;

/** The contract, but for crashes, where claims and settlements wait for the primary alone. */
class RelaxedTest extends MongoBackendTest {
  private static final String DATABASE = "wrkr_relaxed";

  @Override
  protected TckStore newStore() {
    MongoOptions relaxed = MongoOptions.defaults().relaxed();
    return Stores.emptied(client, DATABASE, () -> MongoBackend.of(client, DATABASE, relaxed));
  }
}
