package io.wrkr.verify;

import io.wrkr.Wrkr;
import io.wrkr.spi.Backend;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A child process of a {@link Round}: one instance that works and publishes, every call recorded.
 *
 * <p>It says {@code ready} on standard output, {@code broken} when the bus throws what it must not,
 * and {@code crash} when it has reached its crash point, where it stands until its parent kills it.
 * It ends at once when its standard input does, so that it never outlives its parent.
 */
final class InstanceMain {
  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final PrintStream OUT = System.out;

  private InstanceMain() {}

  /** Runs until killed or told to stop. */
  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    InstancePlan plan = InstancePlan.read(in);
    Seam.start("parent", () -> endWith(in));
    Recorder recorder =
        new Recorder(FileJournal.create(plan.journal()), TimeLine.ofMachine(), plan.process());
    Backend backend = backend(plan, recorder);
    Wrkr wrkr = Wrkr.builder(backend).build();
    Workload.declare(wrkr, backend, recorder);
    Workload.Publishing publishing =
        new Workload.Publishing(wrkr, plan.process(), new SplittableRandom(plan.seed()));
    Seam.atExit(
        () -> {
          publishing.stop();
          wrkr.stop(GRACE);
          wrkr.close();
        });
    start(wrkr);
    say("ready");
    if (plan.publishing()) {
      publish(publishing);
    }
  }

  /** A store that is away right now is waited for, as a supervisor of services would. */
  private static void start(Wrkr wrkr) {
    for (int tries = 0; ; tries++) {
      try {
        wrkr.start();
        return;
      } catch (RuntimeException e) {
        if (tries == 100) {
          throw e;
        }
        Seam.pause(Duration.ofMillis(200));
      }
    }
  }

  private static Backend backend(InstancePlan plan, Recorder recorder) {
    for (int tries = 0; ; tries++) {
      try {
        return Stores.recorded(plan.uri(), store -> recording(store, plan.crash(), recorder));
      } catch (RuntimeException e) {
        if (tries == 100) {
          throw e;
        }
        Seam.pause(Duration.ofMillis(200));
      }
    }
  }

  private static Backend recording(Backend store, Optional<CrashPoint> crash, Recorder recorder) {
    if (crash.isEmpty()) {
      return RecordingBackend.around(store, recorder);
    }
    CrashPoint point = crash.get();
    if (point.moment() == CrashPoint.Moment.REPLY) {
      return point.in(RecordingBackend.around(store, recorder), InstanceMain::crash);
    }
    return RecordingBackend.around(point.in(store, InstanceMain::crash), recorder);
  }

  private static void publish(Workload.Publishing publishing) {
    try {
      publishing.run();
    } catch (RuntimeException e) {
      say("broken " + e);
      throw e;
    }
  }

  private static void crash() {
    say("crash");
    while (true) {
      Seam.pause(Duration.ofMinutes(1));
    }
  }

  private static void say(String word) {
    OUT.println(word);
    OUT.flush();
  }

  private static void endWith(BufferedReader in) {
    try {
      while (in.readLine() != null) {
        // Nothing more is said to a child.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    Seam.halt(3);
  }
}
