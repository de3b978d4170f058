package io.wrkr.examples;

import io.wrkr.Delivery;
import io.wrkr.DeliveryState;
import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import io.wrkr.WrkrListener;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tries three times, gives up, is told why, and prints once somebody brought paper. */
public final class Printing {
  private final AtomicBoolean paper = new AtomicBoolean();
  private final CountDownLatch givenUp = new CountDownLatch(1);
  private final CountDownLatch printed = new CountDownLatch(1);

  private Printing() {}

  /** Ends when the page is printed. */
  public static void main(String[] args) throws InterruptedException {
    new Printing().run();
  }

  private void run() throws InterruptedException {
    try (Wrkr wrkr = Wrkr.builder("memory:").listener(new Watch()).build()) {
      wrkr.queue("printing")
          .retry(RetryPolicy.fixed(Duration.ofMillis(100)).maxAttempts(3))
          .on("printer.page.wanted", this::print);
      wrkr.start();
      wrkr.publish(Event.of("printer.page.wanted").tid("7"));
      givenUp.await();

      Query dead = Query.all().queue("printing").state(DeliveryState.DEAD);
      wrkr.admin().find(dead).deliveries().stream()
          .flatMap(info -> info.reason().stream())
          .flatMap(String::lines)
          .findFirst()
          .ifPresent(System.out::println);
      paper.set(true);
      wrkr.admin().redrive(dead);
      printed.await();
    }
  }

  private void print(Delivery delivery) {
    System.out.println("attempt " + delivery.attempt());
    if (!paper.get()) {
      throw new IllegalStateException("no paper");
    }
    printed.countDown();
  }

  private final class Watch implements WrkrListener {
    @Override
    public void settled(Delivery delivery, Outcome outcome) {
      if (outcome == Outcome.DEAD_LETTERED) {
        givenUp.countDown();
      }
    }
  }
}
