package io.wrkr.cli;

import io.wrkr.cli.bench.Bench;
import io.wrkr.cli.bench.BenchPlan;
import io.wrkr.cli.bench.BenchReport;
import io.wrkr.cli.bench.Percentiles;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the bus. */
@Command(
    name = "bench",
    description = "Measure throughput and latency of the bus beside the raw limit of its store.",
    footer = {
      "",
      "The raw limit is what the store does without the bus, for the same writes in batches of 100.",
      "On a broker it is the plain client with confirms and acks by hand, without a store.",
      "Both are measured in turn, in the same run. Queues are of its own and removed at the end.",
      "",
      "Examples:",
      "  wrkr bench",
      "  wrkr bench --bus memory: --json",
      "  wrkr bench --publishers 8 --batch 1"
    })
final class BenchCommand extends Action {
  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events a measurement. Default: as many as take two seconds.")
  private @Nullable Integer events;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      description = "The payload's size. Default: ${DEFAULT-VALUE}.")
  private int payload = 200;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "Events a publish. Default: ${DEFAULT-VALUE}.")
  private int batch = 100;

  @Option(
      names = "--publishers",
      paramLabel = "N",
      description = "Threads that publish. Default: ${DEFAULT-VALUE}.")
  private int publishers = 1;

  @Option(
      names = "--queues",
      paramLabel = "N",
      description = "Queues that each event is for. Default: ${DEFAULT-VALUE}.")
  private int queues = 1;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  BenchCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws InterruptedException {
    OptionalInt size = events == null ? OptionalInt.empty() : OptionalInt.of(events);
    BenchPlan plan = new BenchPlan(root.uri(), size, payload, batch, publishers, queues);
    root.quietLog();
    // Whoever breaks it off wants no queues left behind either.
    console.shutdown().onRequest(Thread.currentThread()::interrupt);
    BenchReport report = new Bench(plan, this::progress).run();
    if (json) {
      console.out().line(object(report));
    } else {
      print(report);
    }
    return ExitCode.OK;
  }

  private void progress(String what) {
    if (console.err().isTerminal()) {
      console.say(what);
    }
  }

  private void print(BenchReport report) {
    Output out = console.out();
    out.line(
        String.format(
            Locale.ROOT,
            "%s: %,d events of %,d bytes, published by %s of %d each, for %s",
            root.shownBus(),
            report.events(),
            payload,
            Text.count(publishers, "thread in batches", "threads in batches"),
            batch,
            Text.count(queues, "queue", "queues")));
    out.line("");
    Table table = new Table("THROUGHPUT", ">EVENTS/S", "");
    table.row("publish alone", rate(report.publishPerSecond()), "");
    table.row("handle a backlog", rate(report.handlePerSecond()), "");
    table.row("end to end", rate(report.endToEndPerSecond()), "publish, handle and ack at once");
    OptionalDouble raw = report.rawPerSecond();
    table.row("raw limit", raw.isPresent() ? rate(raw.getAsDouble()) : "-", report.rawReason());
    report
        .rawPublishPerSecond()
        .ifPresent(inserts -> table.row("raw publish", rate(inserts), "what publish alone writes"));
    report
        .allWritesPerSecond()
        .ifPresent(all -> table.row("raw, all writes", rate(all), "all that the bus writes"));
    OptionalDouble ratio = report.ratio();
    table.row("ratio", ratio.isPresent() ? digits(ratio.getAsDouble()) : "-", "end to end / raw");
    report
        .allWritesRatio()
        .ifPresent(each -> table.row("", digits(each), "end to end / raw, all writes"));
    report
        .publishRatio()
        .ifPresent(each -> table.row("", digits(each), "publish alone / raw publish"));
    table.print(console);
    out.line("");
    Table times = new Table("MILLISECONDS", ">P50", ">P99", ">LEAST", "");
    row(times, "latency", report.latency(), "idle bus, publish's return to handler's start");
    report.lateness().ifPresent(late -> row(times, "lateness", late, "due to handler's start"));
    times.print(console);
  }

  private static void row(Table table, String name, Percentiles times, String what) {
    table.row(name, digits(times.p50()), digits(times.p99()), digits(times.least()), what);
  }

  private static String rate(double perSecond) {
    return String.format(Locale.ROOT, "%,d", Math.round(perSecond));
  }

  private static String digits(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  private String object(BenchReport report) {
    JsonObject object =
        new JsonObject()
            .put("events", report.events())
            .put("payload", payload)
            .put("batch", batch)
            .put("publishers", publishers)
            .put("queues", queues)
            .put("publishPerSecond", Math.round(report.publishPerSecond()))
            .put("handlePerSecond", Math.round(report.handlePerSecond()))
            .put("endToEndPerSecond", Math.round(report.endToEndPerSecond()))
            .raw("rawPerSecond", rounded(report.rawPerSecond()))
            .put("raw", report.rawReason())
            .raw(
                "ratio", report.ratio().isPresent() ? digits(report.ratio().getAsDouble()) : "null")
            .raw("rawAllWritesPerSecond", rounded(report.allWritesPerSecond()))
            .raw("rawPublishPerSecond", rounded(report.rawPublishPerSecond()))
            .raw("latencyP50Ms", digits(report.latency().p50()))
            .raw("latencyP99Ms", digits(report.latency().p99()));
    return object
        .raw("latenessP50Ms", report.lateness().map(late -> digits(late.p50())).orElse("null"))
        .raw("latenessP99Ms", report.lateness().map(late -> digits(late.p99())).orElse("null"))
        .raw("earliestMs", report.lateness().map(late -> digits(late.least())).orElse("null"))
        .toString();
  }

  private static String rounded(OptionalDouble rate) {
    return rate.isPresent() ? Long.toString(Math.round(rate.getAsDouble())) : "null";
  }
}
