package io.wrkr.examples;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Markdown file and its code blocks. */
record Markdown(Path file, String text, List<Block> blocks) {
  private static final Pattern BLOCK =
      Pattern.compile(
          "(?:<!-- ([a-z]+): ([^>]*?) -->\\n)?^```([a-z]*)\\n(.*?)^```$",
          Pattern.MULTILINE | Pattern.DOTALL);

  /**
   * A fenced block of code.
   *
   * @param mark the comment on the line before: what it asks for, such as "snippet"
   * @param name what the comment names
   */
  record Block(
      Optional<String> mark, String name, String language, String code, int start, int end) {}

  static Markdown of(Path file) {
    String text = Repository.read(file);
    List<Block> blocks = new ArrayList<>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      blocks.add(
          new Block(
              Optional.ofNullable(matcher.group(1)),
              matcher.group(2) == null ? "" : matcher.group(2),
              matcher.group(3),
              matcher.group(4),
              matcher.start(4),
              matcher.end(4)));
    }
    return new Markdown(file, text, blocks);
  }

  static List<Markdown> all() {
    return Repository.documents().stream().map(Markdown::of).toList();
  }

  String where(Block block) {
    long line = text.substring(0, block.start).lines().count();
    return Repository.shown(file) + ":" + line;
  }

  /** Writes the file with the code of its blocks replaced, in their order. */
  void rewrite(List<String> codes) {
    StringBuilder result = new StringBuilder();
    int from = 0;
    for (int i = 0; i < blocks.size(); i++) {
      result.append(text, from, blocks.get(i).start).append(codes.get(i));
      from = blocks.get(i).end;
    }
    Repository.write(file, result.append(text.substring(from)).toString());
  }
}
