package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the README's first screen do what it says. */
class FirstScreenTest {
  @TempDir Path folder;

  @Test
  void demo_loses_nothing_and_what_is_published_is_heard_when_it_is_due() throws Exception {
    List<String> commands = commands();
    Shell shell = new Shell(folder);
    Process demo = shell.start(commands.get(0));
    Process listen = shell.start(commands.get(1));
    try (BufferedReader heard = listen.inputReader(StandardCharsets.UTF_8)) {
      String published = "queues  none";
      for (int tries = 0; published.contains("queues  none") && tries < 60; tries++) {
        published = shell.run(commands.get(2)); // until the listener has subscribed
      }

      assertThat(published).contains("queues  mail").contains("10 seconds after");
      assertThat(heard.readLine()).contains("\"payload\":{\"name\":\"Ada\"}");
      String end = new String(demo.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(end).containsPattern("published ([0-9]+), handled \\1, lost 0");
    } finally {
      end(demo);
      end(listen);
    }
  }

  /** Ends a shell and what it started: killing the shell alone would leave that behind. */
  private static void end(Process shell) {
    shell.descendants().forEach(ProcessHandle::destroyForcibly);
    shell.destroyForcibly();
  }

  private static List<String> commands() {
    List<String> commands =
        Markdown.of(Repository.ROOT.resolve("README.md")).blocks().stream()
            .filter(block -> block.language().equals("sh") && block.code().startsWith("./wrkr"))
            .map(block -> block.code().strip())
            .toList();
    assertThat(commands).hasSize(3);
    return commands;
  }
}
