package io.wrkr.verify;

import io.wrkr.Delivery;
import io.wrkr.Handler;
import io.wrkr.spi.Lease;

/** Writes the start and the end of every run of a handler to a journal. */
final class RecordingHandler implements Handler {
  private final Handler handler;
  private final Recorder recorder;

  RecordingHandler(Handler handler, Recorder recorder) {
    this.handler = handler;
    this.recorder = recorder;
  }

  @Override
  public void handle(Delivery delivery) throws Exception {
    String event = delivery.event().id().orElseThrow();
    Lease lease = new Lease(delivery.queue(), event, delivery.fencingToken());
    long seq = recorder.handlerStarted(lease, delivery.attempt());
    boolean returned = false;
    try {
      handler.handle(delivery);
      returned = true;
    } finally {
      recorder.handlerEnded(seq, returned, false);
    }
  }
}
