package io.wrkr.cli;

import io.wrkr.Event;
import io.wrkr.Receipt;
import io.wrkr.When;
import io.wrkr.Wrkr;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Publishes one event. */
@Command(
    name = "publish",
    description = "Publish an event: every queue subscribed to its name holds it.",
    footer = {
      "",
      "Examples:",
      "  wrkr publish ourapp.user.added '{\"name\":\"Ada\"}' --tid 42",
      "  wrkr publish ourapp.user.reminder --tid 42 --when \"7 days\"",
      "  wrkr publish ourapp.report.wanted --when \"next friday 9am\" --id report-47",
      "  curl -s https://example.org/data.json | wrkr publish ourapp.data.fetched -",
      "  wrkr publish ourapp.temperature.read -- -5.3"
    })
final class PublishCommand extends Action {
  private static final int MAX_INPUT = 16_000_000;

  @Parameters(paramLabel = "NAME", description = "The event's name, such as ourapp.user.added.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "JSON",
      description = "The payload, any JSON value; - reads it from standard input. Default: null.")
  private @Nullable String payload;

  @Option(names = "--tid", paramLabel = "TID", description = "The id of what the event is about.")
  private @Nullable String tid;

  @Option(
      names = "--when",
      paramLabel = "PHRASE",
      description = "When to deliver: \"7 days\", \"next friday 9am\", 2027-01-01T09:00Z.")
  private @Nullable String phrase;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "The event's id: publishing it again adds nothing.")
  private @Nullable String id;

  @Option(names = "--header", paramLabel = "K=V", description = "A header; may be repeated.")
  private Map<String, String> headers = new LinkedHashMap<>();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  PublishCommand(Root root) {
    super(root);
  }

  @Override
  public Integer call() throws IOException {
    Event event = event();
    read();
    try (Wrkr wrkr = root.connect()) {
      // Read again, since connecting takes a moment: nothing was stored if it was nonsense.
      When when = read();
      Receipt receipt = wrkr.publish(due(event, when));
      if (json) {
        console.out().line(object(receipt, when));
      } else {
        print(receipt, when);
      }
    }
    return ExitCode.OK;
  }

  private @Nullable When read() {
    return phrase == null ? null : When.parse(phrase, Seam.now(console.zone()));
  }

  private Event event() throws IOException {
    Event event = Event.of(name);
    if (id != null) {
      event = event.id(id);
    }
    if (tid != null) {
      event = event.tid(tid);
    }
    for (Map.Entry<String, String> header : headers.entrySet()) {
      event = event.header(header.getKey(), header.getValue());
    }
    return payload == null ? event : event.payload(rawJson(payload));
  }

  /** An interval is counted by the bus's clock, as {@link Event#when} would have it. */
  private static Event due(Event event, @Nullable When when) {
    if (when == null) {
      return event;
    }
    return when.delay().map(event::delay).orElseGet(() -> event.due(when.instant()));
  }

  private RawJson rawJson(String given) throws IOException {
    String text = given.equals("-") ? standardInput() : given;
    Json.check(text);
    return new RawJson(text);
  }

  private String standardInput() throws IOException {
    byte[] bytes = console.in().readNBytes(MAX_INPUT + 1);
    if (bytes.length > MAX_INPUT) {
      throw new UsageException(
          "the payload on standard input is over 16 MB: store it elsewhere and publish where it is");
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new UsageException("the payload on standard input is not UTF-8: convert it first");
    }
  }

  private void print(Receipt receipt, @Nullable When when) {
    Output out = console.out();
    out.line("id      " + Text.shown(receipt.id()));
    out.line("due     " + Times.local(receipt.due(), console.zone()));
    out.line("        " + Times.utc(receipt.due()));
    if (when != null) {
      out.line("read    " + Text.shown(when.explanation()));
    }
    String queues = Text.shown(String.join(", ", receipt.queues()));
    out.line("queues  " + (queues.isEmpty() ? "none" : queues));
    if (receipt.duplicate()) {
      console.say("this id was published before: nothing was added");
    } else if (receipt.queues().isEmpty()) {
      String shown = Text.shortened(name, 80);
      console.say(
          "no queue is subscribed to "
              + shown
              + ", so nothing was stored; first: wrkr subscribe QUEUE "
              + shown);
    }
  }

  private static String object(Receipt receipt, @Nullable When when) {
    return new JsonObject()
        .put("id", receipt.id())
        .put("due", receipt.due())
        .put("read", when == null ? null : when.explanation())
        .put("queues", receipt.queues())
        .put("duplicate", receipt.duplicate())
        .toString();
  }
}
