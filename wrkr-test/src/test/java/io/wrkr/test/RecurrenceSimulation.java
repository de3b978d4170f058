package io.wrkr.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.BackendUnavailableException;
import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.Recurrence;
import io.wrkr.RecurrenceInfo;
import io.wrkr.Wrkr;
import io.wrkr.memory.MemoryBackend;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Wakeups;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Several instances on one store define, change and cancel one recurrence by chance, in virtual
 * time. They die while firing, lose calls and answers, and rest for long. Then what was fired is
 * compared with what the rules say:
 *
 * <ol>
 *   <li>Every time of a rule that held fired, and no other; of those missed while all rested, the
 *       first, and the second where that one met trouble.
 *   <li>Each was handled once, and not early.
 *   <li>What was replaced or cancelled fires no more once the call returned.
 *   <li>In the end there is one definition, or none.
 * </ol>
 */
final class RecurrenceSimulation implements ManualStage.Waiting {
  private static final String OWN = "$wrkr.recurrences";
  private static final int INSTANCES = 3;
  private static final int STEPS = 40;
  private static final List<Duration> PERIODS =
      List.of(Duration.ofMinutes(30), Duration.ofHours(1), Duration.ofHours(6));

  /** A fire is late by no more: a lease of the dead, and a few tries. */
  private static final Duration LATE = Duration.ofMinutes(5);

  /** What has to happen sometimes for the seeds to be worth their time. */
  enum Sometimes {
    FIRED,
    FIRED_AFTER_A_DEATH,
    MISSED_AND_COLLAPSED,
    REPLACED,
    CANCELLED,
    CALL_REFUSED,
    ANSWER_LOST
  }

  /** What a store does wrong with an item of a publish or a settlement. */
  interface Sabotage extends UnaryOperator<Object> {}

  /** A rule that held from one instant to another. */
  private record Held(int number, Duration period, Instant from, Instant to) {}

  private record Handled(String name, Instant at) {}

  private record Rest(Instant from, Instant to) {}

  private final Random random;
  private final ManualStage stage;
  private final Journal journal;
  private final String store;
  private final Sabotage sabotage;
  private final List<TestedBackend> backends = new ArrayList<>();
  private final List<Fakes> fakes = new ArrayList<>();
  private final List<Wrkr> instances = new ArrayList<>();
  private final Map<String, List<Handled>> handled = new HashMap<>();
  private final List<Held> held = new ArrayList<>();
  private final List<Rest> rests = new ArrayList<>();
  private final Map<Sometimes, Integer> sometimes = new EnumMap<>(Sometimes.class);
  private int definitions;
  private boolean troubled;

  private RecurrenceSimulation(long seed, Sabotage sabotage) {
    this.random = new Random(seed);
    this.stage = new ManualStage(ManualWrkr.DEFAULT_START, seed);
    this.journal = new Journal(stage);
    this.store = "recurrences-" + seed;
    this.sabotage = sabotage;
  }

  /** Runs one seed and returns how often what happened. */
  static Map<Sometimes, Integer> run(long seed, Sabotage sabotage) {
    RecurrenceSimulation simulation = new RecurrenceSimulation(seed, sabotage);
    try {
      simulation.run();
      return simulation.sometimes;
    } catch (AssertionError e) {
      throw new AssertionError(
          "seed "
              + seed
              + ": "
              + e.getMessage()
              + "\n"
              + simulation.held
              + "\n"
              + simulation.rests
              + "\n"
              + simulation.handled.keySet().stream().sorted().limit(8).toList()
              + "\n"
              + simulation.journal.timeline(),
          e);
    } finally {
      simulation.instances.forEach(Wrkr::close);
    }
  }

  private void run() {
    for (int i = 0; i < INSTANCES; i++) {
      open();
    }
    instances.forEach(Wrkr::start);
    for (int step = 0; step < STEPS; step++) {
      step(random.nextInt(100));
    }
    move(LATE);
    List<RecurrenceInfo> left = instances.get(0).admin().recurrences();
    assertThat(left).hasSize(last() == null ? 0 : 1);
    endLast();
    check();
  }

  private void open() {
    Fakes troubles = new Fakes();
    TestedBackend backend =
        new TestedBackend(MemoryBackend.sharing(store), stage, journal, troubles, () -> {});
    Wrkr wrkr =
        Wrkr.builder(sabotaged(backend))
            .name("i" + instances.size())
            .clock(stage)
            .executor(stage)
            .build();
    wrkr.subscribe("q", "fired.*", this::handle);
    fakes.add(troubles);
    backends.add(backend);
    instances.add(wrkr);
  }

  private Backend sabotaged(TestedBackend backend) {
    Class<?>[] facets = {Backend.class, Inspector.class, Wakeups.class, Clocked.class};
    return (Backend)
        Proxy.newProxyInstance(
            RecurrenceSimulation.class.getClassLoader(),
            facets,
            (proxy, method, arguments) -> {
              String name = method.getName();
              if (name.equals("publish") || name.equals("settle")) {
                arguments[0] = ((List<?>) arguments[0]).stream().map(sabotage).toList();
              }
              try {
                return method.invoke(backend, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void handle(Delivery delivery) {
    handled
        .computeIfAbsent(delivery.event().id().orElseThrow(), id -> new ArrayList<>())
        .add(new Handled(delivery.name(), stage.instant()));
    happened(Sometimes.FIRED);
  }

  // ---- what happens

  private void step(int luck) {
    if (luck < 45) {
      move(Duration.ofMinutes(1 + random.nextInt(240)));
    } else if (luck < 60) {
      repeat(any(instances));
    } else if (luck < 68) {
      cancel(any(instances));
    } else if (luck < 90) {
      trouble(any(fakes));
    } else {
      rest(Duration.ofMinutes(random.nextInt(2_000)));
    }
  }

  private void move(Duration length) {
    stage.moveTo(stage.nanos() + length.toNanos(), this);
  }

  private void repeat(Wrkr instance) {
    Duration period = any(PERIODS);
    Instant before = stage.instant();
    boolean unknown = false;
    for (boolean done = false; !done; ) {
      try {
        instance.repeat("r", Recurrence.every(period), Event.of("fired." + definitions));
        done = true;
      } catch (OutcomeUnknownException e) {
        unknown = true;
        happened(Sometimes.ANSWER_LOST);
      } catch (BackendUnavailableException e) {
        happened(Sometimes.CALL_REFUSED);
        if (!unknown) {
          return;
        }
      }
    }
    if (last() != null) {
      happened(Sometimes.REPLACED);
    }
    endLast();
    held.add(new Held(definitions++, period, before, Instant.MAX));
  }

  private void cancel(Wrkr instance) {
    try {
      assertThat(instance.cancelRepeat("r")).isEqualTo(last() != null);
    } catch (OutcomeUnknownException e) {
      happened(Sometimes.ANSWER_LOST);
      assertThat(instance.cancelRepeat("r")).isTrue();
    }
    if (last() != null) {
      happened(Sometimes.CANCELLED);
    }
    endLast();
  }

  private void trouble(Fakes fake) {
    troubled = true;
    switch (random.nextInt(6)) {
      case 0, 1 -> fake.crashBeforeHandling(OWN);
      case 2 -> fake.crashAfterHandling(OWN);
      case 3 -> fake.failNextClaim(OWN);
      case 4 -> fake.failNextSettle(OWN);
      default -> {
        if (random.nextBoolean()) {
          fake.failNextPublish();
        } else {
          fake.loseNextPublishAnswer();
        }
      }
    }
  }

  /** All instances stop, and begin again later. */
  private void rest(Duration length) {
    instances.forEach(each -> each.stop(Duration.ofSeconds(1)));
    Instant from = stage.instant();
    move(length);
    rests.add(new Rest(from, stage.instant()));
    instances.forEach(Wrkr::start);
    move(LATE);
  }

  private Held last() {
    Held last = held.isEmpty() ? null : held.get(held.size() - 1);
    return last == null || !last.to.equals(Instant.MAX) ? null : last;
  }

  private void endLast() {
    Held last = last();
    if (last != null) {
      held.set(held.size() - 1, new Held(last.number, last.period, last.from, stage.instant()));
    }
  }

  private void happened(Sometimes what) {
    sometimes.merge(what, 1, Integer::sum);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  // ---- the queues' times

  @Override
  public long nextDue() {
    return backends.stream().mapToLong(TestedBackend::nextDue).min().orElseThrow();
  }

  @Override
  public void tellDue() {
    backends.forEach(TestedBackend::tellDue);
  }

  // ---- the verdict

  private void check() {
    for (Map.Entry<String, List<Handled>> each : handled.entrySet()) {
      assertThat(each.getValue()).as(each.getKey()).hasSize(1);
    }
    TreeSet<String> unexpected = new TreeSet<>(handled.keySet());
    for (Held rule : held) {
      Instant at = next(rule.period, rule.from);
      while (!at.isAfter(rule.to)) {
        at = check(rule, at, unexpected);
      }
    }
    assertThat(unexpected).as("fires of no rule").isEmpty();
  }

  /** Checks one time of a rule and returns the next one that is to fire. */
  private Instant check(Held rule, Instant at, Set<String> unexpected) {
    Instant latest = awake(at).plus(LATE);
    Handled found = found(rule, at);
    if (found == null) {
      assertThat(latest).as("fired.%s at %s is missing", rule.number, at).isAfter(rule.to);
      return next(rule.period, latest);
    }
    assertThat(found.at).as("fired.%s at %s", rule.number, at).isBetween(at, latest);
    unexpected.remove("r@" + at);
    Instant second = next(rule.period, at);
    Instant after = next(rule.period, found.at);
    if (after.isAfter(second)) {
      happened(Sometimes.MISSED_AND_COLLAPSED);
      if (troubled) {
        unexpected.remove("r@" + second);
      }
    } else if (found.at.isAfter(at)) {
      happened(Sometimes.FIRED_AFTER_A_DEATH);
    }
    return after;
  }

  private Handled found(Held rule, Instant at) {
    List<Handled> found = handled.getOrDefault("r@" + at, List.of());
    return found.isEmpty() || !found.get(0).name.equals("fired." + rule.number)
        ? null
        : found.get(0);
  }

  /** Returns when, from this instant on, instances have been at work for long enough. */
  private Instant awake(Instant at) {
    return rests.stream()
        .filter(rest -> !at.plus(LATE).isBefore(rest.from) && at.isBefore(rest.to))
        .findFirst()
        .map(rest -> awake(rest.to))
        .orElse(at);
  }

  private static Instant next(Duration period, Instant after) {
    return Recurrence.every(period).next(after).orElseThrow();
  }
}
