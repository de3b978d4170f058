package io.wrkr.mqtt;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;

/** The contract on HiveMQ CE beside a Memory store. */
class HiveMqTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    return new Broker.Wires(Broker.hiveMq()).besideMemory();
  }
}
