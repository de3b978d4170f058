package io.wrkr.cli;

import io.wrkr.Delivery;
import io.wrkr.WrkrListener;
import java.time.Duration;

/** Tells the person what goes wrong while a command listens. */
final class ListenNotices implements WrkrListener {
  private static final long REPEAT_NANOS = Duration.ofSeconds(10).toNanos();

  private final Console console;
  private volatile Runnable onUnhandled = () -> {};
  private String lastFault = "";
  private long lastFaultAt;

  ListenNotices(Console console) {
    this.console = console;
  }

  /** Has this called when a delivery came that no pattern matches. */
  void onUnhandled(Runnable action) {
    onUnhandled = action;
  }

  @Override
  public void unhandled(Delivery delivery) {
    onUnhandled.run();
  }

  @Override
  public void failed(Delivery delivery, Throwable failure) {
    if (failure instanceof CommandFailedException) {
      tell(delivery, "attempt " + delivery.attempt() + " failed: " + failure.getMessage());
    } else if (!(failure instanceof InterruptedException)) {
      tell(delivery, "attempt " + delivery.attempt() + " failed: " + failure);
    }
  }

  @Override
  public void settled(Delivery delivery, Outcome outcome) {
    if (outcome == Outcome.DEAD_LETTERED) {
      tell(delivery, "given up; wrkr redrive makes it due again");
    }
  }

  @Override
  public void refused(Delivery delivery, Outcome outcome) {
    tell(delivery, "its lease ran out and another worker has it");
  }

  @Override
  public void unconfirmed(Delivery delivery, Outcome outcome, Throwable failure) {
    tell(delivery, "the store did not confirm its end, so it may come again");
  }

  @Override
  public void fault(String what, Throwable failure) {
    String text = what + " failed and will be tried again: " + failure.getMessage();
    long now = Seam.nanos();
    if (!text.equals(lastFault) || now - lastFaultAt > REPEAT_NANOS) {
      lastFault = text;
      lastFaultAt = now;
      console.say(Text.shown(text));
    }
  }

  private void tell(Delivery delivery, String what) {
    console.say(Text.shown(delivery.id() + ": " + what));
  }
}
