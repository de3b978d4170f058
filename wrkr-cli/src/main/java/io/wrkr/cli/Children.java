package io.wrkr.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/** Commands that run for deliveries. None outlives its delivery. Thread-safe. */
final class Children {
  private static final long LOOK_MILLIS = 100;
  private static final long TERM_MILLIS = 2000;
  private static final long LAST_OUTPUT_MILLIS = 500;

  private final Set<Process> running = ConcurrentHashMap.newKeySet();

  /** How a command ended: its exit code, the end of what it said, or that it was ended. */
  record Result(int exitCode, String lastWords, boolean isLost) {}

  /**
   * Runs a command in a shell with the line as its standard input, and waits for its end.
   *
   * @param lost tells that the command is to be ended
   */
  Result run(String command, String line, BooleanSupplier lost, Console console)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder("sh", "-c", command).start();
    running.add(process);
    try {
      Tail tail = new Tail();
      Thread out = pump(process.getInputStream(), console.out(), new Tail());
      Thread err = pump(process.getErrorStream(), console.err(), tail);
      Seam.start("wrkr-exec-in", () -> feed(process.getOutputStream(), line));
      while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (lost.getAsBoolean()) {
          return new Result(-1, "", true);
        }
      }
      // What a command leaves in the background may hold its output open for ever.
      out.join(LAST_OUTPUT_MILLIS);
      err.join(LAST_OUTPUT_MILLIS);
      return new Result(process.exitValue(), tail.text(), false);
    } finally {
      end(process);
      running.remove(process);
    }
  }

  private static void feed(OutputStream in, String line) {
    try (in) {
      in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      // The command does not want to know more; its exit code tells how it went.
    }
  }

  private static Thread pump(InputStream from, Output to, Tail tail) {
    return Seam.start("wrkr-exec-out", () -> copy(from, to, tail));
  }

  private static void copy(InputStream from, Output to, Tail tail) {
    byte[] buffer = new byte[8192];
    try (from) {
      for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
        tail.add(buffer, n);
        to.write(buffer, n);
      }
    } catch (IOException | OutputClosedException e) {
      // Closing its side tells the command that nobody reads on.
    }
  }

  /** Ends a command that still runs, with all that it started: first kindly, then surely. */
  private static void end(Process process) {
    if (!process.isAlive()) {
      return;
    }
    List<ProcessHandle> tree = tree(process);
    tree.forEach(ProcessHandle::destroy);
    boolean interrupted = Thread.interrupted();
    try {
      process.waitFor(TERM_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    tree.forEach(ProcessHandle::destroyForcibly);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends all at once. */
  void killAll() {
    running.forEach(process -> tree(process).forEach(ProcessHandle::destroyForcibly));
  }

  private static List<ProcessHandle> tree(Process process) {
    return Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
  }
}
