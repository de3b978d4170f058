package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Event;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of the documentation print what it shows, but for ids and times. */
class ConsoleDocTest {
  private static final String PROMPT = "$ ";

  @TempDir Path folder;

  @Test
  void commands_print_what_the_documentation_shows() throws IOException, InterruptedException {
    Markdown document = Markdown.of(Repository.ROOT.resolve("docs/cli.md"));
    Shell shell = new Shell(folder);
    makeDeadLetters();

    List<String> codes = new ArrayList<>();
    for (Markdown.Block block : document.blocks()) {
      codes.add(block.language().equals("console") ? run(shell, block.code()) : block.code());
    }

    if (Repository.REWRITE) {
      document.rewrite(codes);
      return;
    }
    for (int i = 0; i < codes.size(); i++) {
      Markdown.Block block = document.blocks().get(i);
      boolean lastLine = block.mark().equals(Optional.of("last"));
      assertThat(comparable(codes.get(i), lastLine))
          .as("%s; to rewrite it: %s", document.where(block), Repository.REWRITE_COMMAND)
          .isEqualTo(comparable(block.code(), lastLine));
    }
  }

  /** The worker of an application that gives up at once. */
  private void makeDeadLetters() throws InterruptedException {
    try (Wrkr wrkr = Wrkr.connect("sqlite:" + folder.resolve("wrkr.db"))) {
      wrkr.queue("printing")
          .retry(RetryPolicy.none())
          .on(
              "printer.page.wanted",
              delivery -> {
                throw new IllegalStateException("no paper");
              });
      wrkr.start();
      wrkr.publish(Event.of("printer.page.wanted").tid("7"));
      wrkr.publish(Event.of("printer.page.wanted").tid("8"));
      Signals.until(() -> wrkr.admin().queue("printing").dead() == 2);
    }
  }

  private static String run(Shell shell, String block) throws IOException, InterruptedException {
    StringBuilder result = new StringBuilder();
    for (String line : block.lines().filter(each -> each.startsWith(PROMPT)).toList()) {
      result.append(line).append('\n').append(shell.run(line.substring(PROMPT.length())));
    }
    return result.toString();
  }

  /** Leaves out what differs with each run; where all numbers do, compares the last line. */
  private static String comparable(String text, boolean lastLine) {
    String compared = lastLine ? text.substring(text.stripTrailing().lastIndexOf('\n')) : text;
    String same =
        compared
            .replaceAll("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID")
            .replaceAll("\\w{3} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}", "TIME")
            .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z", "TIME")
            .replaceAll("\\w{3} \\d{1,2} \\w{3} \\d{4} [0-9:.]+", "TIME")
            .replaceAll("\\d{4}-01-01T09:00Z", "EXAMPLE")
            .replaceAll(" +", " ");
    return lastLine ? same.replaceAll("[0-9]+", "N") : same;
  }
}
