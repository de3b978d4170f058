package io.wrkr.memory;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.tck.BackendTck;
import io.wrkr.tck.ForwardingBackend;
import io.wrkr.tck.TckStore;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The kit on a broken backend; run by {@link KitTest} alone. */
class SabotagedTck extends BackendTck {
  /** How to break the next runs. */
  static volatile UnaryOperator<Backend> breaking = UnaryOperator.identity();

  @Override
  protected TckStore newStore() {
    MemoryStore store = new MemoryStore();
    UnaryOperator<Backend> sabotage = breaking;
    return () -> sabotage.apply(new Restartable(new MemoryBackend(store, () -> {})));
  }

  /** Declares that its store survives, as it does while this test holds it. */
  private static final class Restartable extends ForwardingBackend {
    Restartable(Backend target) {
      super(target);
    }

    @Override
    public Capabilities capabilities() {
      Capabilities memory = super.capabilities();
      Set<Capability> more = EnumSet.of(Capability.PERSISTENT);
      more.addAll(memory.supported());
      return new Capabilities(
          more,
          memory.maxDelay(),
          memory.precision(),
          memory.maxLease(),
          memory.maxPayloadBytes(),
          memory.maxBatch(),
          memory.parallelWrites(),
          memory.hintsJoined());
    }
  }

  @Override
  protected String backendName() {
    return "sabotaged";
  }
}
