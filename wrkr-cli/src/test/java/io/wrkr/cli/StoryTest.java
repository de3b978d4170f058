package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The story of the first page, told by processes that share one SQLite file. */
@Timeout(90)
class StoryTest {
  private static final String TEAM = "ourApp.CustomerSatisfactionTeam";

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void open() {
    cli = Cli.on("sqlite:" + folder.resolve("wrkr.db"));
    cli.run("subscribe", TEAM, "ourapp.user.*", "ourapp.cst.#");
  }

  @AfterEach
  void close() {
    cli.close();
  }

  @Test
  void a_listener_gets_what_other_processes_publish_now_and_later() throws Exception {
    try (Forked listening = Forked.start(folder, "listen", TEAM, "--count", "2")) {
      Forked ada =
          Forked.run(folder, "publish", "ourapp.user.added", "{\"name\":\"Ada\"}", "--tid", "42");
      assertThat(ada.out()).contains("queues  " + TEAM);
      cli.run("publish", "ourapp.cst.user.welcome.followup", "--tid", "42", "--when", "7 days");
      cli.run("publish", "ourapp.user.added", "{\"name\":\"Bob\"}", "--when", "in 2 seconds");
      assertThat(cli.run("find", "--state", "scheduled").out())
          .contains("ourapp.cst.user.welcome.followup");

      assertThat(listening.exitCode()).isZero();

      assertThat(listening.out().lines().toList()).hasSize(2);
      assertThat(listening.out().lines().findFirst().orElseThrow())
          .contains("\"payload\":{\"name\":\"Ada\"}");
      String bob = listening.out().lines().skip(1).findFirst().orElseThrow();
      assertThat(Duration.between(instant(bob, "publishedAt"), instant(bob, "due")))
          .isEqualTo(Duration.ofSeconds(2));
    }
  }

  private static Instant instant(String line, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":\"([^\"]+)\"").matcher(line);
    assertThat(matcher.find()).isTrue();
    return Instant.parse(matcher.group(1));
  }

  @Test
  void what_a_killed_listener_held_goes_to_another_after_its_lease() throws Exception {
    cli.run("publish", "ourapp.user.added", "--id", "e1");
    String[] args = {"listen", TEAM, "--lease", "2s", "--exec", "cat >> got; sleep 300"};
    try (Forked killed = Forked.start(folder, args)) {
      Await.until("it handles", () -> text("got").contains("\"e1\""));
      ProcessHandle child = killed.process().descendants().findFirst().orElseThrow();

      killed.process().destroyForcibly().waitFor();

      Outcome second = cli.run("listen", TEAM, "--count", "1");
      child.destroyForcibly();
      assertThat(second.out()).contains("\"id\":\"e1\"").contains("\"attempt\":2");
    }
  }

  private String text(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void a_listener_that_is_told_to_end_lets_its_command_finish() throws Exception {
    cli.run("publish", "ourapp.user.added", "--id", "e1");
    String[] args = {
      "listen", TEAM, "--exec", "touch begun; until test -e go; do sleep 0.02; done; echo finished"
    };
    try (Forked listening = Forked.start(folder, args)) {
      Await.until("it handles", () -> Files.exists(folder.resolve("begun")));

      listening.process().destroy();
      Files.createFile(folder.resolve("go"));

      assertThat(listening.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(listening.out()).isEqualTo("finished\n");
      assertThat(cli.run("find").code()).isEqualTo(ExitCode.NOTHING_FOUND);
    }
  }

  @Test
  void an_idle_listener_ends_at_once_when_told() throws Exception {
    try (Forked listening = Forked.start(folder, "listen", TEAM)) {
      cli.run("publish", "ourapp.user.added", "--id", "e1");
      Await.until("it prints", () -> listening.out().contains("\n"));

      listening.process().destroy();

      assertThat(listening.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(listening.exitCode()).isEqualTo(ExitCode.INTERRUPTED);
      assertThat(listening.err()).isEmpty();
    }
  }

  @Test
  void the_demo_runs_on_a_file_of_its_own() throws Exception {
    Forked demo = Forked.run(folder, "demo", "--seconds", "1");

    assertThat(demo.exitCode()).isZero();
    assertThat(demo.out().lines().reduce((a, b) -> b).orElse(""))
        .matches("published (\\d+), handled \\1, lost 0");
  }

  @Test
  void letters_beyond_ascii_survive_the_poorest_locale() throws Exception {
    Path script = folder.resolve("run.sh");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String command =
        "LC_ALL=C exec '%s' -cp '%s' %s publish ourapp.user.added '{\"name\":\"Zoë\"}'"
            .formatted(java, System.getProperty("java.class.path"), Main.class.getName());
    Files.writeString(script, command);

    Process process =
        new ProcessBuilder("sh", script.toString()).directory(folder.toFile()).start();

    assertThat(process.waitFor()).isZero();
    assertThat(cli.run("find", "--json").out()).contains("{\"name\":\"Zoë\"}");
  }

  // ---- files that are none

  @Test
  void a_file_that_is_no_database_is_unreachable() throws Exception {
    Path file = Files.writeString(folder.resolve("text.db"), "not a database, ".repeat(100));

    Outcome outcome = Cli.runAlone("queues", "--bus", "sqlite:" + file);

    assertThat(outcome.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(outcome.err()).contains("not an SQLite database").doesNotContain("\tat ");
  }

  @Test
  void a_folder_that_does_not_exist_is_unreachable() {
    Outcome outcome = Cli.runAlone("publish", "a", "--bus", "sqlite:" + folder + "/none/wrkr.db");

    assertThat(outcome.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(outcome.err()).contains("does not exist: create it");
  }

  @Test
  void looking_at_a_file_that_does_not_exist_makes_none() {
    Path file = folder.resolve("typo.db");

    for (String command : List.of("find", "queues", "listen")) {
      String[] args = {command, "--bus", "sqlite:" + file, "q"};
      Outcome outcome = Cli.runAlone(Arrays.copyOf(args, command.equals("listen") ? 4 : 3));
      assertThat(outcome.code()).isEqualTo(ExitCode.NOTHING_FOUND);
      assertThat(outcome.err()).contains("there is no bus");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void bench_cleans_up_beside_the_file() {
    Outcome outcome = cli.run("bench", "--events", "200", "--json");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("plain JDBC on SQLite");
    assertThat(folder.resolve("wrkr.db-bench")).doesNotExist();
    assertThat(cli.bus().admin().queues()).hasSize(1);
  }
}
