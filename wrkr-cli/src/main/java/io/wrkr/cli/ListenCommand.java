package io.wrkr.cli;

import io.wrkr.Queue;
import io.wrkr.When;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Hands the deliveries of a queue to standard output or to a command. */
@Command(
    name = "listen",
    description = "Print each delivery of a queue as one JSON line, or hand it to a command.",
    footer = {
      "",
      "The queue is subscribed to the patterns, besides those it has, and works through all it holds.",
      "A line that was printed is acked. With --exec the line is the command's standard input; its",
      "exit code 0 acks, 75 gives the delivery back for 10 seconds without counting an attempt, and",
      "any other is a failed attempt: it is tried again after 1 s, 2 s, 4 s ..., 20 times at most.",
      "Ctrl-C lets running commands finish. Handle the same event twice without harm: after a crash",
      "it comes again.",
      "",
      "Examples:",
      "  wrkr listen ourApp.CustomerSatisfactionTeam 'ourapp.user.*'",
      "  wrkr listen mail --exec 'jq -r .payload.name | ./send-welcome'",
      "  wrkr listen audit '#' --count 10 > ten.jsonl",
      "  wrkr listen accounts 'bank.#' --ordered --exec ./book --concurrency 8"
    })
final class ListenCommand extends Action {
  @Parameters(paramLabel = "QUEUE", description = "The queue; made if it is new.")
  private String queue = "";

  @Parameters(
      index = "1..*",
      paramLabel = "PATTERN",
      description = "What the queue is to hold from now on, besides what it holds already.")
  private List<String> patterns = new ArrayList<>();

  @Option(names = "--exec", paramLabel = "CMD", description = "Run this for each delivery.")
  private @Nullable String command;

  @Option(
      names = "--concurrency",
      paramLabel = "N",
      description = "Deliveries at once. Default: ${DEFAULT-VALUE}.")
  private int concurrency = 1;

  @Option(names = "--count", paramLabel = "N", description = "End after so many acked deliveries.")
  private @Nullable Long count;

  @Option(
      names = "--ordered",
      description = "Hand out the events of one tid in order, from now on and everywhere.")
  private boolean ordered;

  @Option(
      names = "--lease",
      paramLabel = "LENGTH",
      description = "How long a killed worker's delivery is held. Default: 30s.")
  private @Nullable String lease;

  ListenCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws Exception {
    if (count != null && count < 1) {
      throw new UsageException("--count " + count + " is below 1");
    }
    if (patterns.isEmpty()) {
      root.requireExisting();
    }
    Listening listening = new Listening(console, queue, count);
    try (Wrkr wrkr = root.builder().listener(listening.notices()).build()) {
      Queue options = wrkr.queue(queue).concurrency(concurrency);
      if (lease != null) {
        options.lease(length(lease));
      }
      if (ordered) {
        options.ordered();
      }
      Work work = command == null ? new PrintWork(console) : new ExecWork(console, command);
      return listening.run(wrkr, patterns, work);
    }
  }

  private Duration length(String text) {
    return When.parse(text, Seam.now(console.zone()))
        .delay()
        .orElseThrow(() -> new UsageException("--lease needs a length such as 30s or 5 minutes"));
  }
}
