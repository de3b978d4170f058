package io.wrkr.cli;

import io.wrkr.Wrkr;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Runs commands in this process, on a bus that lives as long as this. */
final class Cli implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String uri;
  private final Wrkr bus;
  final Map<String, String> environment = new HashMap<>();
  String input = "";
  boolean terminal;

  /** What a command left behind. */
  record Outcome(int code, String out, String err) {
    List<String> lines() {
      return out.lines().toList();
    }
  }

  /** A command that still runs. */
  record Running(
      CompletableFuture<Outcome> outcome, Console console, ByteArrayOutputStream written) {
    String out() {
      return written.toString(StandardCharsets.UTF_8);
    }
  }

  private Cli(String uri) {
    this.uri = uri;
    this.bus = Wrkr.connect(uri);
    environment.put("WRKR_BUS", uri);
  }

  static Cli onMemory() {
    return new Cli("memory:cli-" + COUNT.incrementAndGet());
  }

  static Cli on(String uri) {
    return new Cli(uri);
  }

  /** Runs a command that needs no bus of the test's. */
  static Outcome runAlone(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Main.run(args, InputStream.nullInputStream(), out, err);
    return new Outcome(code, text(out), text(err));
  }

  /** The test's own view of the bus. */
  Wrkr bus() {
    return bus;
  }

  String uri() {
    return uri;
  }

  Outcome run(String... args) {
    return start(args).outcome().join();
  }

  Outcome run(Stream<String> args) {
    return run(args.toArray(String[]::new));
  }

  Running start(String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new Output(out, terminal),
            new Output(err, terminal),
            terminal,
            environment,
            ZoneId.of("Europe/Paris"),
            new Shutdown(),
            new Children());
    CompletableFuture<Outcome> outcome =
        CompletableFuture.supplyAsync(
            () -> new Outcome(Main.run(args, console), text(out), text(err)));
    return new Running(outcome, console, out);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    bus.close();
  }
}
