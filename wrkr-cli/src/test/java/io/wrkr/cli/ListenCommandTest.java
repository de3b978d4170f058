package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryState;
import io.wrkr.Event;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.cli.Cli.Outcome;
import io.wrkr.cli.Cli.Running;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ListenCommandTest {
  private final Cli cli = Cli.onMemory();

  @TempDir private Path folder;

  @AfterEach
  void close() {
    cli.close();
  }

  private QueueStats queue() {
    return cli.bus().admin().queue("q");
  }

  private void publish(int events) {
    cli.run("subscribe", "q", "a.*");
    for (int i = 1; i <= events; i++) {
      cli.bus().publish(Event.of("a.b").id("e" + i).tid("t"));
    }
  }

  @Test
  void prints_one_line_a_delivery_with_the_fields_in_order() {
    cli.run("subscribe", "q", "a.*");
    cli.run("publish", "a.b", "{\"n\": 1.50}", "--id", "e1", "--tid", "42", "--header", "k=v");

    Outcome outcome = cli.run("listen", "q", "--count", "1");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .matches(
            "\\{\"id\":\"e1\",\"name\":\"a\\.b\",\"tid\":\"42\",\"queue\":\"q\",\"attempt\":1,"
                + "\"due\":\"[0-9T:.-]+Z\",\"publishedAt\":\"[0-9T:.-]+Z\","
                + "\"headers\":\\{\"k\":\"v\"},\"payload\":\\{\"n\":1.50}}\n");
    assertThat(outcome.err()).isEmpty();
    assertThat(queue().ready() + queue().leased()).isZero();
  }

  @Test
  void subscribes_the_queue_to_its_patterns() throws Exception {
    Running listening = cli.start("listen", "q", "a.*", "b", "--count", "2");
    Await.until("it is subscribed", () -> cli.bus().admin().subscriptions().size() == 2);

    cli.run("publish", "a.b");
    cli.run("publish", "b");

    assertThat(listening.outcome().join().lines()).hasSize(2);
  }

  @Test
  void acks_as_many_as_asked_for_and_leaves_the_rest() {
    publish(50);

    Outcome outcome = cli.run("listen", "q", "--count", "7", "--concurrency", "4");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.lines()).hasSize(7);
    assertThat(queue().ready()).isEqualTo(43);
  }

  @Test
  void works_through_what_the_queue_holds_by_patterns_that_come_later() throws Exception {
    Running listening = cli.start("listen", "q", "a.*", "--count", "1");
    Await.until("it is subscribed", () -> cli.bus().admin().subscriptions().size() == 1);

    cli.run("subscribe", "q", "late.#");
    cli.run("publish", "late.event");

    assertThat(listening.outcome().join().out()).contains("late.event");
  }

  @Test
  void drains_when_told_to_end() throws Exception {
    publish(1);
    Running listening = cli.start("listen", "q");
    Await.until("it printed", () -> listening.out().contains("e1"));

    assertThat(listening.console().shutdown().request()).isTrue();

    assertThat(listening.outcome().join().code()).isEqualTo(ExitCode.INTERRUPTED);
    assertThat(queue().leased() + queue().ready()).isZero();
  }

  @Test
  void a_reader_that_has_had_enough_ends_it_quietly_and_loses_nothing() {
    publish(3);
    OutputStream head = new ClosedPipe();
    java.io.ByteArrayOutputStream err = new java.io.ByteArrayOutputStream();
    String[] args = {"listen", "q", "--bus", cli.uri()};

    int code = Main.run(args, InputStream.nullInputStream(), head, err);

    assertThat(code).isZero();
    assertThat(err.size()).isZero();
    assertThat(queue().ready()).isEqualTo(3);
    assertThat(cli.bus().admin().find(Query.all()).deliveries())
        .allMatch(each -> each.state() == DeliveryState.READY);
  }

  private static final class ClosedPipe extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      throw new IOException("Broken pipe");
    }
  }

  @Test
  void a_full_disk_is_a_failure() {
    publish(1);
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("No space left on device");
          }
        };
    String[] args = {"listen", "q", "--bus", cli.uri()};

    int code = Main.run(args, InputStream.nullInputStream(), full, OutputStream.nullOutputStream());

    assertThat(code).isEqualTo(ExitCode.FAILURE);
    assertThat(queue().ready()).isEqualTo(1);
  }

  // ---- --exec

  @Test
  void a_command_gets_the_line_and_its_exit_code_0_acks() {
    publish(2);

    Outcome outcome = cli.run("listen", "q", "--count", "2", "--exec", "cut -c1-10");

    assertThat(outcome.lines()).containsExactly("{\"id\":\"e1\"", "{\"id\":\"e2\"");
    assertThat(queue().ready()).isZero();
  }

  @Test
  void a_failed_command_is_tried_again_with_the_reason_kept() {
    publish(1);
    Path flag = folder.resolve("flag");
    String command = "test -e " + flag + " || { touch " + flag + "; echo no luck >&2; exit 3; }";

    Outcome outcome = cli.run("listen", "q", "--count", "1", "--exec", command);

    assertThat(outcome.code()).isZero();
    assertThat(outcome.err())
        .contains("no luck\n")
        .contains("wrkr: e1/q: attempt 1 failed: exit code 3: no luck\n");
  }

  @Test
  void exit_code_75_gives_the_delivery_back_uncounted() throws Exception {
    publish(1);
    Running listening = cli.start("listen", "q", "--exec", "exit 75");

    Await.until("it waits", () -> queue().scheduled() == 1 && queue().leased() == 0);
    listening.console().shutdown().request();
    listening.outcome().join();

    assertThat(cli.bus().admin().find(Query.all()).deliveries().get(0))
        .satisfies(
            each -> {
              assertThat(each.attempts()).isZero();
              assertThat(each.reason()).isEmpty();
            });
  }

  @Test
  void a_command_that_reads_nothing_does_no_harm() {
    cli.run("subscribe", "q", "a.*");
    cli.input = "\"" + "x".repeat(1_000_000) + "\"";
    cli.run("publish", "a.b", "-");

    assertThat(cli.run("listen", "q", "--count", "1", "--exec", "exec <&-; true").code()).isZero();
  }

  @Test
  void a_command_that_says_much_on_both_sides_does_not_block() {
    publish(1);
    String command =
        "head -c 300000 /dev/zero | tr '\\0' x; head -c 300000 /dev/zero | tr '\\0' y >&2";

    Outcome outcome = cli.run("listen", "q", "--count", "1", "--exec", command);

    assertThat(outcome.out()).hasSize(300_000);
    assertThat(outcome.err()).hasSize(300_000);
  }

  @Test
  void no_command_is_left_behind_when_its_lease_is_lost() throws Exception {
    publish(1);
    Path pid = folder.resolve("pid");
    String command = "sleep 300 & echo $! > " + pid + "; wait";
    Running listening = cli.start("listen", "q", "--lease", "1s", "--exec", command);
    Await.until("it runs", () -> isWritten(pid));
    ProcessHandle sleeping = ProcessHandle.of(pid(pid)).orElseThrow();

    cli.bus().admin().deleteQueue("q");

    sleeping.onExit().get(20, TimeUnit.SECONDS);
    listening.console().shutdown().request();
    listening.outcome().join();
  }

  private static boolean isWritten(Path file) {
    try {
      return Files.exists(file) && Files.readString(file).endsWith("\n");
    } catch (IOException e) {
      return false;
    }
  }

  private static long pid(Path file) throws IOException {
    return Long.parseLong(Files.readString(file).strip());
  }

  @Test
  void commands_run_side_by_side() {
    publish(4);
    List<String> ids = IntStream.rangeClosed(1, 4).mapToObj(i -> "e" + i).toList();
    // Each waits for all others: one after the other they would wait in vain.
    String command =
        "touch "
            + folder
            + "/$$; for i in $(seq 600); do test $(ls "
            + folder
            + " | wc -l) -ge 4 && exec cut -d'\"' -f4; sleep 0.05; done; exit 1";

    Outcome outcome =
        cli.run("listen", "q", "--count", "4", "--concurrency", "4", "--exec", command);

    assertThat(outcome.lines()).containsExactlyInAnyOrderElementsOf(ids);
  }
}
