package io.wrkr.rabbitmq;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on RabbitMQ beside a Memory store. */
@ExtendWith(Broker.class)
class RabbitMemoryTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    return new Broker.Wires().besideMemory();
  }
}
