package io.wrkr.mqtt;

import io.wrkr.tck.BackendTck;
import io.wrkr.tck.TckStore;

/** The contract on MQTT beside a Memory store. */
class MqttMemoryTest extends BackendTck {
  @Override
  protected TckStore newStore() {
    return new Broker.Wires().besideMemory();
  }
}
