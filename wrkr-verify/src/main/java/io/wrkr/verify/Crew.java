package io.wrkr.verify;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The children of a round: starts them, replaces the dead, sends them signals. */
final class Crew implements AutoCloseable {
  private static final List<String> METHODS =
      List.of("publish", "claim", "settle", "extend", "subscribe", "stats", "prune");
  private static final CrashPoint.Moment[] MOMENTS = CrashPoint.Moment.values();
  private static final Duration EXIT = Duration.ofSeconds(60);

  /** Crash points lie at calls up to 2 to the power of this, early ones as often as late ones. */
  private static final int LATEST_CALL = 9;

  /** Of so many picks of the first child, which has been there longest, one counts. */
  private static final int SENIORITY = 8;

  private final ChildJvm jvm;
  private final String uri;
  private final Path folder;
  private final SplittableRandom random;
  private final Recorder recorder;
  private final List<Child> children = new ArrayList<>();
  private final List<Path> journals = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private final AtomicInteger points = new AtomicInteger();
  private int started;
  private int planned;

  Crew(ChildJvm jvm, String uri, Path folder, SplittableRandom random, Recorder recorder) {
    this.jvm = jvm;
    this.uri = uri;
    this.folder = folder;
    this.random = random;
    this.recorder = recorder;
  }

  /** Starts children until there are so many; with crash points, two of three have one. */
  void fill(int size, boolean publishing, boolean withPoints) {
    bury();
    while (children.size() < size) {
      Optional<CrashPoint> point =
          withPoints && !children.isEmpty() && random.nextInt(3) > 0
              ? Optional.of(nextPoint())
              : Optional.empty();
      int process = ++started;
      Path journal = folder.resolve("p" + process + ".journal");
      journals.add(journal);
      InstancePlan plan =
          new InstancePlan(uri, journal, process, random.nextLong(), publishing, point);
      children.add(Child.start(jvm, plan, folder.resolve(Round.ERRORS), this::crashed));
    }
  }

  private void bury() {
    for (Child child : List.copyOf(children)) {
      if (!child.isAlive()) {
        children.remove(child);
        note(child);
      }
    }
  }

  private void note(Child child) {
    if (!child.broken().isEmpty()) {
      broken.add(child.broken());
    }
  }

  private void crashed() {
    recorder.crashed();
    points.incrementAndGet();
  }

  /** Goes through all methods and moments in turn, at calls early and late. */
  private CrashPoint nextPoint() {
    int number = planned++;
    String method = METHODS.get(number % METHODS.size());
    CrashPoint.Moment moment = MOMENTS[number / METHODS.size() % MOMENTS.length];
    int most =
        switch (method) {
          case "subscribe" -> Workload.Line.values().length;
          case "prune" -> 1;
          case "extend", "stats" -> 3;
          default -> 1 << random.nextInt(LATEST_CALL);
        };
    return new CrashPoint(method, moment, 1 + random.nextInt(most));
  }

  /** Returns how many children work by now. */
  long ready() {
    return children.stream().filter(child -> child.isReady() && child.isAlive()).count();
  }

  /** Kills one of them, rather one that works; false if there is none. */
  boolean killOne() {
    Optional<Child> victim = pick();
    victim.ifPresent(
        child -> {
          child.kill();
          recorder.crashed();
        });
    return victim.isPresent();
  }

  boolean terminateOne() {
    Optional<Child> chosen = pick();
    chosen.ifPresent(Child::terminate);
    return chosen.isPresent();
  }

  boolean stopOne(long millis) {
    Optional<Child> chosen = pick();
    chosen.ifPresent(child -> child.stopAWhile(millis));
    return chosen.isPresent();
  }

  private Optional<Child> pick() {
    List<Child> able =
        children.stream()
            .filter(child -> child.isAlive() && (child.isReady() || random.nextInt(10) == 0))
            .toList();
    if (able.isEmpty()) {
      return Optional.empty();
    }
    int chosen = random.nextInt(able.size());
    // One lives longer, and so does more: a JVM that was just started is slow.
    boolean spared = chosen == 0 && random.nextInt(SENIORITY) > 0;
    if (spared && able.size() == 1) {
      return Optional.empty();
    }
    chosen = spared ? 1 : chosen;
    return Optional.of(able.get(chosen));
  }

  /** Ends all by SIGTERM; those that do not end are killed and noted as broken. */
  void retire() {
    children.forEach(Child::terminate);
    for (Child child : children) {
      if (!child.waitFor(EXIT)) {
        broken.add("did not end within " + EXIT + " of SIGTERM");
        child.kill();
      }
      note(child);
    }
    children.clear();
  }

  int points() {
    return points.get();
  }

  List<Path> journals() {
    return journals;
  }

  /** What children said they must not have met. */
  List<String> broken() {
    return broken;
  }

  @Override
  public void close() {
    children.forEach(Child::kill);
    children.clear();
  }
}
