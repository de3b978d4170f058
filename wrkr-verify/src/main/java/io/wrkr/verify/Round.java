package io.wrkr.verify;

import io.wrkr.DeliveryInfo;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Inspector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run on one store, checked.
 *
 * <ol>
 *   <li>Instances in processes of their own publish and work.
 *   <li>For a while they are killed, stopped and terminated, the server is killed and started
 *       again, and a proxy in front of it plays a bad network.
 *   <li>Then all is well, nothing is published any more, and workers drain the queues.
 *   <li>The store is looked at, past the bus, and the history of all processes is checked.
 * </ol>
 */
final class Round {
  private static final Duration DRAIN = Duration.ofMinutes(3);
  private static final int PAGE = 1_000;

  /** What children say on standard error. */
  static final String ERRORS = "errors.txt";

  private static final FaultProxy.Fault[] NETWORK = {
    FaultProxy.Fault.LATENCY,
    FaultProxy.Fault.CUT,
    FaultProxy.Fault.RESET,
    FaultProxy.Fault.BLACK_HOLE,
    FaultProxy.Fault.SLICER,
    FaultProxy.Fault.LOST_REPLY
  };

  /**
   * How a round is run.
   *
   * @param bus the number of the bus on the store
   * @param length for how long there are faults
   * @param pace the mean time between two faults of workers or of the network
   * @param serverKills how often the server is killed, where it can be
   * @param instances how many processes at a time
   * @param keep whether the history stays though the result is good
   */
  record Plan(
      int bus,
      long seed,
      Duration length,
      Duration pace,
      int serverKills,
      int instances,
      boolean keep) {}

  /**
   * What came of it.
   *
   * @param text what to show of it when it is not good
   */
  record Result(Tally tally, Verdict verdict, String text) {}

  private final StoreServer server;
  private final Plan plan;
  private final Path folder;
  private final SplittableRandom random;
  private final Tally tally = new Tally();
  private final Recorder recorder;
  private final FileJournal journal;
  private final @Nullable FaultProxy proxy;
  private final Crew crew;

  private Round(StoreServer server, ChildJvm jvm, Plan plan, Path folder) {
    this.server = server;
    this.plan = plan;
    this.folder = folder;
    this.random = new SplittableRandom(plan.seed());
    this.journal = FileJournal.create(folder.resolve("p0.journal"));
    this.recorder = new Recorder(journal, TimeLine.ofMachine(), 0);
    this.proxy = server.port() == 0 ? null : new FaultProxy(server.port());
    String uri = server.uri(plan.bus(), proxy == null ? 0 : proxy.port());
    this.crew = new Crew(jvm, uri, folder, random, recorder);
  }

  /** Runs one; what its processes wrote is removed if the result is good. */
  static Result run(StoreServer server, ChildJvm jvm, Plan plan) {
    try {
      Path folder = Files.createTempDirectory("wrkr-verify-history");
      Result result = new Round(server, jvm, plan, folder).run();
      if (result.tally().isGood() && !plan.keep()) {
        GuardedServer.removeAll(folder);
      }
      return result;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a folder for the history", e);
    }
  }

  private Result run() {
    boolean drained;
    try (journal;
        crew) {
      begin();
      trouble();
      drained = end();
    } finally {
      if (proxy != null) {
        proxy.close();
      }
    }
    server.remove(plan.bus());
    return check(drained);
  }

  private void begin() {
    recorder.clock(recorder.now(), Seam.now());
    try (Backend backend = direct()) {
      Workload.configure(recorder, backend);
      for (Workload.Line line : Workload.Line.values()) {
        backend.subscribe(line.subscription(), line.isOrderedOn(backend));
      }
    }
  }

  /** The store as the supervisor reaches it: recorded, not through the proxy. */
  private Backend direct() {
    String uri = server.uri(plan.bus(), 0);
    return Stores.recorded(uri, store -> RecordingBackend.around(store, recorder));
  }

  // ---- faults

  private void trouble() {
    long begun = Seam.nanos();
    long length = plan.length().toNanos();
    int kills = server.canKill() ? plan.serverKills() : 0;
    for (long at = 0; at < length; at = Seam.nanos() - begun) {
      crew.fill(plan.instances(), true, true);
      long pause = Duration.ofMillis(50 + random.nextLong(2 * plan.pace().toMillis())).toNanos();
      Seam.pause(Duration.ofNanos(Math.min(pause, length - at)));
      if (tally.serverKills < kills && at > length * (tally.serverKills + 1) / (kills + 1)) {
        killServer();
      } else if (crew.ready() > 1) {
        disturb();
      }
    }
  }

  private void disturb() {
    int luck = random.nextInt(100);
    if (luck < 60) {
      tally.kills += crew.killOne() ? 1 : 0;
    } else if (luck < 70) {
      tally.pauses += crew.stopOne(Workload.LEASE.toMillis() + random.nextInt(2_000)) ? 1 : 0;
    } else if (luck < 80) {
      tally.terminations += crew.terminateOne() ? 1 : 0;
    } else if (luck < 85 && server.canStepDown()) {
      stepDown();
    } else if (proxy != null) {
      network(proxy, NETWORK[random.nextInt(NETWORK.length)]);
    }
  }

  private void network(FaultProxy between, FaultProxy.Fault fault) {
    long seq = recorder.faultStarted("network " + fault);
    if (fault == FaultProxy.Fault.LATENCY) {
      between.latency(Duration.ofMillis(5 + random.nextInt(100)));
    } else {
      between.set(fault);
    }
    Seam.pause(Duration.ofMillis(100 + random.nextInt(900)));
    between.set(FaultProxy.Fault.NONE);
    recorder.faultStopped(seq);
    tally.networkFaults++;
  }

  private void stepDown() {
    long seq = recorder.faultStarted("step-down");
    tally.stepDowns += server.stepDown() ? 1 : 0;
    recorder.faultStopped(seq);
  }

  private void killServer() {
    long seq = recorder.faultStarted("server killed");
    server.kill();
    Seam.pause(Duration.ofMillis(random.nextInt(500)));
    server.restart();
    recorder.faultStopped(seq);
    tally.serverKills++;
  }

  // ---- the calm end

  /** Returns whether all queues were drained in time. */
  private boolean end() {
    crew.retire();
    recorder.healed();
    crew.fill(2, false, false);
    boolean drained = drain();
    crew.retire();
    try (Backend backend = direct()) {
      Inspector inspector = (Inspector) backend;
      inspector.stats();
      snapshot(inspector, drained);
    }
    recorder.clock(recorder.now(), Seam.now());
    return drained;
  }

  private boolean drain() {
    long end = Seam.nanos() + DRAIN.toNanos();
    try (Backend backend = direct()) {
      while (Seam.nanos() < end) {
        if (((Inspector) backend).stats().stream().allMatch(Round::isEmpty)) {
          return true;
        }
        Seam.pause(Duration.ofMillis(200));
        crew.fill(2, false, false);
      }
    }
    return false;
  }

  private static boolean isEmpty(QueueStats stats) {
    return stats.ready() + stats.scheduled() + stats.leased() == 0;
  }

  private void snapshot(Inspector inspector, boolean drained) {
    long begun = recorder.now();
    List<DeliveryInfo> found = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      Query query = Query.all().limit(PAGE);
      Page page = inspector.find(next.isEmpty() ? query : query.after(next.get()));
      found.addAll(page.deliveries());
      next = page.next();
    } while (next.isPresent());
    recorder.snapshot(begun, found, drained);
  }

  // ---- the verdict

  private Result check(boolean drained) {
    List<Path> journals = new ArrayList<>(List.of(folder.resolve("p0.journal")));
    crew.journals().stream().filter(Files::exists).forEach(journals::add);
    History history = HistoryLoader.ofFiles(journals);
    Verdict verdict = Checker.check(history);
    count(history, verdict, drained);
    return new Result(tally, verdict, text(verdict, drained));
  }

  private void count(History history, Verdict verdict, boolean drained) {
    Set<Integer> published = new HashSet<>();
    for (int row = 0; row < history.rows; row++) {
      if (history.op[row] == Op.PUB && history.ok(row)) {
        published.add(history.event[row]);
      } else if (history.op[row] == Op.ACK && history.yes(row)) {
        tally.deliveries++;
      }
    }
    tally.rounds = 1;
    tally.events = published.size();
    tally.points = crew.points();
    tally.kills += tally.points;
    tally.violations = verdict.findings().size() + crew.broken().size() + (leaks() ? 1 : 0);
    for (Finding finding : verdict.findings()) {
      tally.lost += finding.invariant() == Invariant.I1 ? 1 : 0;
    }
    boolean proven = verdict.answer() != Verdict.Answer.UNKNOWN && drained;
    tally.unproven = proven ? 0 : 1;
  }

  /** Tells whether the password of the store is in what the children said. */
  private boolean leaks() {
    Path said = folder.resolve(ERRORS);
    try {
      return Files.exists(said)
          && Files.readString(said, StandardCharsets.ISO_8859_1).contains(GuardedServer.PASSWORD);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + said, e);
    }
  }

  private String text(Verdict verdict, boolean drained) {
    return server.name()
        + ", seed "
        + plan.seed()
        + ", history in "
        + folder
        + (drained ? "" : ", NOT DRAINED")
        + (leaks() ? "\nthe password is shown in " + ERRORS : "")
        + (crew.broken().isEmpty() ? "" : "\nchildren said: " + crew.broken())
        + "\n"
        + verdict;
  }
}
