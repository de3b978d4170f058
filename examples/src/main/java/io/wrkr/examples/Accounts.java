package io.wrkr.examples;

import io.wrkr.Event;
import io.wrkr.Wrkr;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Handles what happens to each account in order, and to different accounts side by side. */
public final class Accounts {
  private Accounts() {}

  /** Ends when all is handled. */
  public static void main(String[] args) throws InterruptedException {
    List<String> steps = List.of("opened", "filled", "closed");
    List<String> accounts = List.of("7", "8", "9");
    CountDownLatch handled = new CountDownLatch(steps.size() * accounts.size());
    try (Wrkr wrkr = Wrkr.connect("memory:")) {
      wrkr.queue("accounts")
          .ordered()
          .on(
              "bank.account.*",
              delivery -> {
                System.out.println(delivery.tid().orElseThrow() + " " + delivery.name());
                handled.countDown();
              });
      wrkr.start();
      for (String step : steps) {
        for (String account : accounts) {
          wrkr.publish(Event.of("bank.account." + step).tid(account));
        }
      }
      handled.await();
    }
  }
}
