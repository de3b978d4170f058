package io.wrkr.verify;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program behind {@code ./verify}: round after round until the time is over. */
final class VerifyMain {
  private static final PrintStream OUT = System.out;
  private static final PrintStream ERR = System.err;
  private static final int INSTANCES = 4;
  private static final int MOST_BROKEN = 3;
  private static final int PACES_PER_SERVER_KILL = 10;

  private final VerifyOptions options;
  private final long begun = Seam.nanos();
  private final Tally total = new Tally();

  private VerifyMain(VerifyOptions options) {
    this.options = options;
  }

  /** Runs as {@link VerifyOptions#HELP} says. */
  public static void main(String[] arguments) {
    Seam.exit(run(List.of(arguments)));
  }

  static int run(List<String> arguments) {
    if (arguments.contains("--help") || arguments.contains("-h")) {
      OUT.print(VerifyOptions.HELP);
      return 0;
    }
    try {
      VerifyOptions options = VerifyOptions.parse(arguments, Seam.nanos() & 0xffff_ffffL);
      return new VerifyMain(options).run();
    } catch (VerifyOptions.Wrong e) {
      ERR.println("verify: " + e.getMessage() + "; see ./verify --help");
      return 2;
    }
  }

  private int run() {
    int round = 0;
    int broken = 0;
    do {
      for (String bus : options.buses()) {
        round++;
        try {
          one(bus, round);
        } catch (RuntimeException e) {
          ERR.println("verify: the round on " + shown(bus) + " broke off: " + e);
          total.unproven++;
          broken++;
        }
      }
    } while (Seam.nanos() - begun < options.length().toNanos() && goesOn(broken));
    OUT.println("totals: " + total);
    return total.isGood() ? 0 : 1;
  }

  /** A round that breaks off now and then is told and counted; where most do, more tell nothing. */
  private boolean goesOn(int broken) {
    return broken > 0 ? broken < total.rounds + MOST_BROKEN : total.rounds > 0;
  }

  private void one(String bus, int round) {
    Optional<StoreKind> kind = StoreKind.named(bus);
    Optional<StoreServer> server = kind.isPresent() ? kind.get().start() : Optional.of(given(bus));
    if (server.isEmpty()) {
      ERR.println(bus + ": " + kind.map(StoreKind::missing).orElse(""));
      return;
    }
    Path folder = folder();
    try (StoreServer store = server.get()) {
      ChildJvm jvm = ChildJvm.prepare(folder, store.uri(0, 0));
      store.remove(0);
      int kills =
          (int) options.round().dividedBy(options.pace().multipliedBy(PACES_PER_SERVER_KILL));
      Round.Plan plan =
          new Round.Plan(
              round,
              options.seed() + round,
              options.round(),
              options.pace(),
              kills,
              INSTANCES,
              options.keep());
      Round.Result result = Round.run(store, jvm, plan);
      total.add(result.tally());
      long seconds = (Seam.nanos() - begun) / 1_000_000_000L;
      ERR.printf("%d s: round %d on %s: %s%n", seconds, round, store.name(), result.tally());
      if (total.rounds > 1) {
        ERR.printf("%d s: so far: %s%n", seconds, total);
      }
      if (!result.tally().isGood()) {
        ERR.println(result.text());
      }
    } finally {
      GuardedServer.removeAll(folder);
    }
  }

  private static StoreServer given(String uri) {
    return GivenBroker.isAddressed(uri) ? new GivenBroker(uri) : new GivenStore(uri);
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("wrkr-verify-jvm");
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder for classes", e);
    }
  }

  private static String shown(String bus) {
    int colon = bus.indexOf(':');
    return colon < 0 ? bus : bus.substring(0, colon + 1);
  }
}
