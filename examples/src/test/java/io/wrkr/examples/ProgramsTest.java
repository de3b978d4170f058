package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Wrkr;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs run as a user would run them: in a process and a folder of their own. */
class ProgramsTest {
  @TempDir Path folder;

  @Test
  void welcome_greets_and_asks_later() throws Exception {
    Process process = Java.start(folder, Welcome.class.getName(), List.of());

    assertThat(firstLines(process, 2)).containsExactly("Welcome, Ada", "How do you like it, Ada?");
  }

  @Test
  void what_a_killed_process_left_in_the_file_is_handled_by_the_next() throws Exception {
    Process first = Java.start(folder, Welcome.class.getName(), List.of());
    try (Wrkr wrkr = Wrkr.connect("sqlite:" + folder.resolve("app.db"))) {
      Signals.until(() -> wrkr.admin().queue("survey").scheduled() == 1);
      first.destroyForcibly().waitFor();
    }

    Process second = Java.start(folder, Welcome.class.getName(), List.of());

    assertThat(firstLines(second, 3))
        .containsExactlyInAnyOrder(
            "Welcome, Ada", "How do you like it, Ada?", "How do you like it, Ada?");
  }

  @Test
  void accounts_keep_their_order() throws Exception {
    List<String> lines = allLines(Accounts.class);

    assertThat(lines).hasSize(9);
    for (String account : List.of("7", "8", "9")) {
      assertThat(lines.stream().filter(line -> line.startsWith(account)))
          .containsExactly(
              account + " bank.account.opened",
              account + " bank.account.filled",
              account + " bank.account.closed");
    }
  }

  @Test
  void printing_gives_up_and_is_redriven() throws Exception {
    assertThat(allLines(Printing.class))
        .containsExactly(
            "attempt 1",
            "attempt 2",
            "attempt 3",
            "gave up after 3 attempts: java.lang.IllegalStateException: no paper",
            "attempt 1");
  }

  private List<String> allLines(Class<?> program) throws IOException, InterruptedException {
    Process process = Java.start(folder, program.getName(), List.of());
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = out.lines().toList();
      assertThat(process.waitFor()).isZero();
      return lines;
    }
  }

  /** Returns the first lines that a program prints, and kills it then. */
  private static List<String> firstLines(Process process, int count) throws IOException {
    try (BufferedReader out = process.inputReader()) {
      List<String> lines = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (lines.size() == count) {
          return lines;
        }
      }
      throw new AssertionError("the program ended after " + lines);
    } finally {
      process.destroyForcibly();
    }
  }
}
