package io.wrkr;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import io.wrkr.spi.Stage;
import java.time.InstantSource;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the parts of one instance share. Immutable; its parts are thread-safe. */
record Bus(
    String name,
    Backend backend,
    BackendCalls calls,
    PayloadCodec codec,
    Encoder encoder,
    List<Interceptor> interceptors,
    Notices notices,
    InstantSource wall,
    Stage stage) {

  RandomGenerator random() {
    return stage.random();
  }

  Capabilities capabilities() {
    return backend.capabilities();
  }

  void require(Capability capability, String what) {
    if (!capabilities().has(capability)) {
      throw new UnsupportedCapabilityException(
          capability,
          what
              + " needs "
              + capability
              + ", which this backend does not have: use another backend");
    }
  }
}
