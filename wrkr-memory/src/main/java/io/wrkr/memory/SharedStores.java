package io.wrkr.memory;

import java.util.HashMap;
import java.util.Map;

/** The named stores of this process, each kept while an instance on it is open. */
final class SharedStores {
  private static final Map<String, SharedStore> OPEN = new HashMap<>();

  private SharedStores() {}

  private static final class SharedStore {
    final MemoryStore store = new MemoryStore();
    int instances;
  }

  static MemoryBackend open(String name) {
    synchronized (OPEN) {
      SharedStore shared = OPEN.computeIfAbsent(name, n -> new SharedStore());
      shared.instances++;
      return new MemoryBackend(shared.store, () -> close(name, shared));
    }
  }

  private static void close(String name, SharedStore shared) {
    synchronized (OPEN) {
      if (--shared.instances == 0) {
        OPEN.remove(name, shared);
      }
    }
  }
}
