package io.wrkr.rabbitmq;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract on RabbitMQ 4 beside a Memory store. */
@ExtendWith(RabbitFour.class)
class RabbitFourTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    return new Broker.Wires(RabbitFour.factory()).besideMemory();
  }
}
