package io.wrkr.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who wants to know of deliveries that become ready, and of which queues there is news. */
final class Arrivals {
  private final List<Listener> listeners = new ArrayList<>();
  private final Set<String> stirred = new HashSet<>();

  /** An instance's wish to know; each is itself alone. */
  static final class Listener {
    private final MemoryBackend instance;
    private final String queue;
    private final Runnable hint;

    Listener(MemoryBackend instance, String queue, Runnable hint) {
      this.instance = instance;
      this.queue = queue;
      this.hint = hint;
    }
  }

  boolean add(Listener listener) {
    return listeners.add(listener);
  }

  void remove(Listener listener) {
    listeners.remove(listener);
  }

  void removeAll(MemoryBackend instance) {
    listeners.removeIf(listener -> listener.instance == instance);
  }

  /** A change made a delivery of this queue ready. */
  void stir(String queue) {
    stirred.add(queue);
  }

  /** Forgets the news: nobody need be told. */
  void calm() {
    stirred.clear();
  }

  /** Returns whom to tell the news since the last call. */
  List<Runnable> hints() {
    if (stirred.isEmpty()) {
      return List.of();
    }
    List<Runnable> hints =
        listeners.stream().filter(l -> stirred.contains(l.queue)).map(l -> l.hint).toList();
    calm();
    return hints;
  }
}
