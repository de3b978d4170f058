package io.wrkr.memory;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;

class MemoryBackendTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    MemoryStore store = new MemoryStore();
    return () -> new MemoryBackend(store, () -> {});
  }
}
