package io.wrkr.cli;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The story of the demo: who publishes, who handles, and the accounts at the end. */
final class Demo {
  static final String TEAM = "ourApp.CustomerSatisfactionTeam";
  static final String MAIL = "ourApp.Mail";
  static final String AUDIT = "ourApp.Audit";

  private static final String ADDED = "ourapp.user.added";
  private static final String FOLLOW_UP = "ourapp.cst.user.welcome.followup";
  private static final String SURVEY = "ourapp.cst.user.survey";
  private static final List<String> NAMES = List.of("Ada", "Bob", "Cleo", "Dan", "Eve", "Finn");

  private static final Duration BREATH = Duration.ofMillis(100);
  private static final int USERS_A_BREATH = 3;
  private static final Duration FOLLOW_UP_DELAY = Duration.ofSeconds(1);
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(30);

  private final Root root;
  private final Console console;
  private final Duration length;
  private final DemoLedger ledger = new DemoLedger();
  private int users;

  Demo(Root root, Duration length) {
    this.root = root;
    this.console = root.console();
    this.length = length;
  }

  /** Returns the exit code. */
  int run() throws InterruptedException {
    try (Wrkr wrkr = root.builder().listener(ledger).build()) {
      requireFresh(wrkr);
      declare(wrkr);
      console.shutdown().onRequest(() -> {});
      wrkr.start();
      DemoScreen screen = new DemoScreen(console, wrkr.admin(), ledger, root.shownBus());
      publish(wrkr, screen);
      drain(screen);
      wrkr.stop(DRAIN_LIMIT);
      screen.finish();
      int code = totals(wrkr);
      List.of(TEAM, MAIL, AUDIT).forEach(wrkr.admin()::deleteQueue);
      return console.shutdown().isRequested() ? ExitCode.INTERRUPTED : code;
    }
  }

  private void requireFresh(Wrkr wrkr) {
    wrkr.admin().queues().stream()
        .filter(each -> Set.of(TEAM, MAIL, AUDIT).contains(each.queue()))
        .findFirst()
        .ifPresent(
            each -> {
              throw new UsageException(
                  "the bus has a queue " + each.queue() + " of its own: choose another --bus");
            });
  }

  private void declare(Wrkr wrkr) {
    wrkr.queue(TEAM).on("ourapp.user.*", this::welcome).on("ourapp.cst.#", this::care);
    wrkr.queue(MAIL)
        .retry(RetryPolicy.exponential().firstDelay(Duration.ofMillis(200)).maxAttempts(6))
        .on(ADDED, Demo::mail);
    wrkr.queue(AUDIT).on("ourapp.#", delivery -> {});
  }

  private void welcome(Delivery delivery) {
    followUp(delivery, FOLLOW_UP);
  }

  private void care(Delivery delivery) {
    if (delivery.name().equals(FOLLOW_UP)) {
      followUp(delivery, SURVEY);
    }
  }

  /** Stored together with the ack, so it is accounted for from then on. */
  private void followUp(Delivery delivery, String name) {
    String id = delivery.event().id().orElseThrow() + "+";
    Event next = Event.of(name).id(id).delay(FOLLOW_UP_DELAY);
    ledger.promised(delivery.id(), id, Set.of(TEAM, AUDIT));
    delivery.followUp(delivery.tid().map(next::tid).orElse(next));
  }

  /** Every fourth mail fails at first, and every twelfth once more. */
  private static void mail(Delivery delivery) {
    int user = Integer.parseInt(delivery.tid().orElse("1"));
    if ((user % 4 == 0 && delivery.attempt() == 1) || (user % 12 == 0 && delivery.attempt() == 2)) {
      throw new IllegalStateException("the mail server is busy");
    }
  }

  private void publish(Wrkr wrkr, DemoScreen screen) throws InterruptedException {
    long end = Seam.nanos() + length.toNanos();
    do {
      for (int i = 0; i < USERS_A_BREATH; i++) {
        String name = NAMES.get(++users % NAMES.size());
        RawJson payload = new RawJson(new JsonObject().put("name", name).toString());
        Receipt receipt =
            wrkr.publish(Event.of(ADDED).tid(Integer.toString(users)).payload(payload));
        ledger.stored(receipt.id(), receipt.queues());
      }
      screen.show(false);
    } while (!console.shutdown().awaitRequest(BREATH) && Seam.nanos() - end < 0);
  }

  private void drain(DemoScreen screen) throws InterruptedException {
    long end = Seam.nanos() + DRAIN_LIMIT.toNanos();
    while (!ledger.awaitComplete(BREATH) && Seam.nanos() - end < 0) {
      screen.show(true);
      if (console.shutdown().isRequested()) {
        return;
      }
    }
  }

  private int totals(Wrkr wrkr) {
    Set<String> held = new HashSet<>();
    Pages.each(wrkr.admin(), Query.all(), Long.MAX_VALUE, info -> held.add(info.eventId()));
    DemoLedger.Totals totals = ledger.totals(held);
    if (totals.held() > 0) {
      console.out().line("still held by their queues: " + totals.held());
    }
    console
        .out()
        .line(
            "published "
                + totals.published()
                + ", handled "
                + totals.handled()
                + ", lost "
                + totals.lost());
    return totals.lost() == 0 ? ExitCode.OK : ExitCode.FAILURE;
  }
}
