package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the documentation shows of Java is what is compiled and run here. */
class SnippetsDocTest {
  private final Map<String, String> snippets = Snippets.all();

  @Test
  void java_in_the_documentation_is_a_snippet_of_the_examples() {
    for (Markdown document : Markdown.all()) {
      if (Repository.REWRITE) {
        document.rewrite(document.blocks().stream().map(this::expected).toList());
        continue;
      }
      for (Markdown.Block block : document.blocks()) {
        assertThat(block.code())
            .as("%s; to rewrite it: %s", document.where(block), Repository.REWRITE_COMMAND)
            .isEqualTo(expected(block));
      }
    }
  }

  /** Only Java is compared: everything else is expected to be as it is. */
  private String expected(Markdown.Block block) {
    if (!block.language().equals("java")) {
      return block.code();
    }
    assertThat(block.mark()).as("the mark before\n%s", block.code()).hasValue("snippet");
    assertThat(snippets).containsKey(block.name());
    return snippets.get(block.name());
  }

  @Test
  void every_snippet_is_shown_somewhere() {
    Set<String> shown = new TreeSet<>();
    for (Markdown document : Markdown.all()) {
      List<Markdown.Block> blocks = document.blocks();
      blocks.stream().map(Markdown.Block::name).forEach(shown::add);
    }

    assertThat(shown).containsAll(snippets.keySet());
  }
}
