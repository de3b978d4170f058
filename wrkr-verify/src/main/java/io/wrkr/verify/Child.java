package io.wrkr.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A JVM that runs {@link InstanceMain}. */
final class Child {
  private final Process process;
  private final Runnable crashed;
  private volatile String broken = "";
  private volatile boolean ready;

  private Child(Process process, Runnable crashed) {
    this.process = process;
    this.crashed = crashed;
  }

  /**
   * Starts a child.
   *
   * @param errors the file for its standard error
   * @param crashed is called, once, after it was killed at its crash point
   */
  static Child start(ChildJvm jvm, InstancePlan plan, Path errors, Runnable crashed) {
    try {
      Process process =
          new ProcessBuilder(jvm.command())
              .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
              .start();
      Child child = new Child(process, crashed);
      Writer in = process.outputWriter(StandardCharsets.UTF_8);
      in.write(plan.lines());
      in.flush();
      Seam.start("verify-child", child::listen);
      return child;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start a JVM", e);
    }
  }

  private void listen() {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.equals("ready")) {
          ready = true;
        } else if (line.equals("crash")) {
          kill();
          crashed.run();
        } else {
          broken = line;
        }
      }
    } catch (IOException e) {
      // It was killed while it spoke.
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  boolean isReady() {
    return ready;
  }

  /** What it said of a failure of the bus, or nothing. */
  String broken() {
    return broken;
  }

  void kill() {
    process.destroyForcibly();
    waitFor(Duration.ofSeconds(60));
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  void stopAWhile(long millis) {
    GuardedServer.stopAWhile(process.pid(), millis);
  }

  /** Waits until it has ended; false if it has not in this time. */
  boolean waitFor(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while a child ended", e);
    }
  }
}
