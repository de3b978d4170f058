package io.wrkr.verify;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What {@code ./verify} is asked to do.
 *
 * @param length how long it runs in all
 * @param round how long each round has faults
 * @param pace the mean time between two faults of workers or of the network
 * @param buses names of {@link StoreKind}, URIs of stores or of brokers beside them, taken in turn
 * @param keep whether histories stay though they are good
 */
record VerifyOptions(
    Duration length, Duration round, Duration pace, List<String> buses, long seed, boolean keep) {
  private static final Set<String> STORES = Set.of("sqlite:", "jdbc:", "mongodb:", "mongodb+srv:");

  static final String HELP =
      """
      ./verify [--minutes N] [--bus BUS]... [--round SECONDS] [--pace SECONDS] [--seed N] [--keep]

      Runs buses under kills and faults, round after round, and checks the history of each round
      against the contract. Progress goes to standard error; the last line, on standard output,
      is the totals. Exit code 0: no violation; 1: a violation, or a round that proves nothing;
      2: wrong arguments.

        --minutes N      how long to run, at least one round per bus (default 5)
        --bus BUS        sqlite, postgresql, mariadb, mongodb: a store of its own, whose server is
                         killed too; or a URI: its server is left alive, tables, collections and
                         a broker's queues get the prefix verify<number> and are removed. Again
                         for several (default: all four)
        --round SECONDS  how long there are faults in each round (default 60)
        --pace SECONDS   the mean time between two kills or other faults (default 1); servers are
                         killed ten times more rarely
        --seed N         for the choice of faults (default: another each time)
        --keep           keeps the histories of good rounds too
      """;

  /** Says what is wrong with the arguments. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1L;

    Wrong(String message) {
      super(message);
    }
  }

  static VerifyOptions parse(List<String> arguments, long seed) throws Wrong {
    double minutes = 5;
    double seconds = 60;
    double pace = 1;
    boolean keep = false;
    List<String> buses = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String option = arguments.get(i);
      if (option.equals("--keep")) {
        keep = true;
        continue;
      }
      if (!List.of("--minutes", "--bus", "--round", "--pace", "--seed").contains(option)) {
        throw new Wrong("unknown argument " + option);
      }
      if (++i == arguments.size()) {
        throw new Wrong(option + " needs a value");
      }
      String value = arguments.get(i);
      switch (option) {
        case "--minutes" -> minutes = number(option, value);
        case "--round" -> seconds = number(option, value);
        case "--pace" -> pace = number(option, value);
        case "--seed" -> seed = (long) number(option, value);
        default -> buses.add(bus(value));
      }
    }
    if (buses.isEmpty()) {
      buses.addAll(StoreKind.names());
    }
    return new VerifyOptions(
        Duration.ofMillis((long) (minutes * 60_000)),
        Duration.ofMillis((long) (seconds * 1_000)),
        Duration.ofMillis(Math.max(1, (long) (pace * 1_000))),
        List.copyOf(buses),
        seed,
        keep);
  }

  private static double number(String option, String value) throws Wrong {
    try {
      double number = Double.parseDouble(value);
      if (number > 0 && number < 1e9) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Wrong(option + " needs a number above 0, not " + value);
  }

  private static String bus(String value) throws Wrong {
    if (StoreKind.named(value).isPresent()) {
      return value;
    }
    if (!GivenBroker.isAddressed(value)) {
      requireStore(value);
    } else if (GivenBroker.storeOf(value).isEmpty()) {
      throw new Wrong("the URI of a broker names no store: add ?store=URI");
    } else {
      requireStore(GivenBroker.storeOf(value));
    }
    if (value.matches(".*[?&](prefix|wrkrPrefix|exchange|topics)=.*")) {
      throw new Wrong("--bus takes no prefix: it gives each round one of its own");
    }
    return value;
  }

  /** Shows of a wrong URI its scheme alone: the rest may hold a password. */
  private static void requireStore(String uri) throws Wrong {
    int colon = uri.indexOf(':');
    String scheme = colon < 0 ? uri : uri.substring(0, colon + 1);
    if (scheme.equals("memory:")) {
      throw new Wrong("memory: does not outlive a kill; name a durable store");
    }
    if (!STORES.contains(scheme)) {
      throw new Wrong(
          "--bus needs one of " + StoreKind.names() + " or the URI of a store, not " + scheme);
    }
  }
}
