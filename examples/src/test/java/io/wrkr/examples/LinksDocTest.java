package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Links inside the documentation lead somewhere, and what it says of the build is so. */
class LinksDocTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern CODE_BLOCK = Pattern.compile("(?ms)^```.*?^```$");

  @Test
  void links_lead_to_files_and_headings_that_are_there() {
    List<String> broken = new ArrayList<>();
    for (Path file : Repository.documents()) {
      String prose = CODE_BLOCK.matcher(Repository.read(file)).replaceAll("");
      LINK.matcher(prose)
          .results()
          .map(match -> match.group(1))
          .filter(link -> !link.contains("://") && !leadsSomewhere(file, link))
          .forEach(link -> broken.add(Repository.shown(file) + ": " + link));
    }

    assertThat(broken).isEmpty();
  }

  private static boolean leadsSomewhere(Path from, String link) {
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? from : from.resolveSibling(path).normalize();
    return Files.exists(target) && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
  }

  /** As GitHub makes them. */
  private static List<String> anchors(Path file) {
    return HEADING
        .matcher(CODE_BLOCK.matcher(Repository.read(file)).replaceAll(""))
        .results()
        .map(match -> match.group(1).toLowerCase(Locale.ROOT))
        .map(text -> text.replaceAll("[^\\p{L}\\p{N}\\- _]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void readme_names_the_test_command_of_the_build() {
    String command = "mvn -B -ntp verify";

    assertThat(Repository.read(Repository.ROOT.resolve("README.md")))
        .contains("\n" + command + "\n");
    assertThat(Repository.read(Repository.ROOT.resolve(".ci/run"))).contains("\n" + command + " ");
  }

  @Test
  void readme_names_the_version_of_the_build() {
    String pom = Repository.read(Repository.ROOT.resolve("pom.xml"));
    String version = pom.replaceFirst("(?s).*?<version>([^<]*)</version>.*", "$1");

    assertThat(Repository.read(Repository.ROOT.resolve("README.md")))
        .contains("<version>" + version + "</version>");
  }
}
