package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documentation knows every code of an error, and every rule that the kit proves. */
class CodesDocTest {
  private static final Pattern CODE = Pattern.compile("\"(WRKR-[0-9]{3})\"");
  private static final Pattern CODE_HEADING = Pattern.compile("(?m)^## (WRKR-[0-9]{3})$");
  private static final Pattern RULE = Pattern.compile("@Rule\\(\"([A-Z]+-[0-9]+)\"\\)");
  private static final Pattern RULE_ENTRY = Pattern.compile("(?m)^- \\*\\*([A-Z]+-[0-9]+)\\*\\* ");

  @Test
  void every_code_of_an_error_has_its_section() {
    Set<String> used = new TreeSet<>();
    for (String module : Set.of("core", "memory", "jdbc", "mongo", "cli")) {
      used.addAll(inSources("wrkr-" + module, CODE));
    }

    assertThat(found("docs/errors.md", CODE_HEADING)).containsExactlyElementsOf(used);
  }

  @Test
  void every_rule_that_the_kit_proves_is_in_the_contract() {
    Set<String> proved = inSources("wrkr-backend-tck", RULE);
    proved.addAll(inSources("wrkr-memory", RULE));
    proved.addAll(inSources("wrkr-jdbc", RULE));
    proved.addAll(inSources("wrkr-mongo", RULE));

    assertThat(found("docs/contract.md", RULE_ENTRY)).containsAll(proved);
  }

  private static Set<String> inSources(String module, Pattern pattern) {
    Set<String> found = new TreeSet<>();
    for (var file : Repository.files(module + "/src", ".java")) {
      found.addAll(found(Repository.shown(file), pattern));
    }
    return found;
  }

  private static Set<String> found(String file, Pattern pattern) {
    Set<String> found = new TreeSet<>();
    pattern
        .matcher(Repository.read(Repository.ROOT.resolve(file)))
        .results()
        .forEach(match -> found.add(match.group(1)));
    return found;
  }
}
