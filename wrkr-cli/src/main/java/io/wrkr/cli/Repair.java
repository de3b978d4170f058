package io.wrkr.cli;

import io.wrkr.Admin;
import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Query;
import io.wrkr.Wrkr;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A command that changes what is found, and asks first. */
abstract class Repair extends Action {
  /** What waits for a worker: the states that cancel and reschedule touch. */
  static final Set<DeliveryState> WAITING =
      Set.of(DeliveryState.SCHEDULED, DeliveryState.READY, DeliveryState.RETRYING);

  static final Set<DeliveryState> GIVEN_UP = Set.of(DeliveryState.DEAD);

  private static final int COUNT_LIMIT = 10_000;

  @Mixin private Filters filters = new Filters();

  @Option(names = "--all", description = "Every delivery that can be, without a filter.")
  private boolean all;

  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask. Needed where nobody can answer.")
  private boolean yes;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  Repair(Root root) {
    super(root);
  }

  /** Returns the verb, such as cancel. */
  abstract String verb();

  /** Returns what was done, such as cancelled. */
  abstract String done();

  abstract Set<DeliveryState> states();

  abstract long change(Admin admin, Query query);

  final int repair() throws IOException {
    if (filters.areNone() && !all) {
      throw new UsageException(
          verb() + " what? Give --queue, --state, --tid, --name or --id, or --all");
    }
    if (!yes && !console.asks()) {
      throw new UsageException(
          "nobody can be asked here: add --yes to " + verb() + " without a question");
    }
    try (Wrkr wrkr = root.connectToExisting()) {
      if (!yes && !isConfirmed(wrkr.admin())) {
        console.say("nothing was " + done());
        return ExitCode.FAILURE;
      }
      return tell(change(wrkr.admin(), filters.query()));
    }
  }

  private int tell(long count) {
    if (json) {
      console.out().line(new JsonObject().put(done(), count).toString());
    } else {
      console.out().line(Text.count(count, "delivery ", "deliveries ") + done());
    }
    if (count == 0) {
      console.say("nothing that can be " + done() + " matches: wrkr find shows what there is");
    }
    return count == 0 ? ExitCode.NOTHING_FOUND : ExitCode.OK;
  }

  private boolean isConfirmed(Admin admin) throws IOException {
    Map<DeliveryState, Long> counts = new EnumMap<>(DeliveryState.class);
    boolean more = Pages.each(admin, filters.query(), COUNT_LIMIT, info -> count(counts, info));
    if (counts.isEmpty() && !more) {
      throw new NothingFoundException(
          "nothing that can be " + done() + " matches: wrkr find shows what there is");
    }
    String summary =
        counts.entrySet().stream()
            .map(each -> each.getValue() + " " + each.getKey().name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    console.say(verb() + " " + summary + (more ? " and more" : "") + "? [y/N]");
    return answer().strip().toLowerCase(Locale.ROOT).matches("y|yes");
  }

  private void count(Map<DeliveryState, Long> counts, DeliveryInfo info) {
    if (states().contains(info.state())) {
      counts.merge(info.state(), 1L, Long::sum);
    }
  }

  private String answer() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = console.in().read(); c >= 0 && c != '\n'; c = console.in().read()) {
      line.append(new String(new byte[] {(byte) c}, StandardCharsets.US_ASCII));
    }
    return line.toString();
  }
}
