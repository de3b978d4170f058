package io.wrkr.verify;

import java.util.List;

/**
 * Which patterns match which names, said a second time and as plainly as possible, so that an error
 * in the product's matcher shows.
 */
final class OracleMatcher {
  private OracleMatcher() {}

  static boolean matches(String pattern, String name) {
    return matches(List.of(pattern.split("\\.", -1)), List.of(name.split("\\.", -1)));
  }

  /** The definition, word by word: {@code *} is one segment, {@code #} is none or one and more. */
  private static boolean matches(List<String> pattern, List<String> name) {
    if (pattern.isEmpty()) {
      return name.isEmpty();
    }
    List<String> rest = pattern.subList(1, pattern.size());
    if (pattern.get(0).equals("#")) {
      return matches(rest, name)
          || (!name.isEmpty() && matches(pattern, name.subList(1, name.size())));
    }
    return !name.isEmpty()
        && (pattern.get(0).equals("*") || pattern.get(0).equals(name.get(0)))
        && matches(rest, name.subList(1, name.size()));
  }
}
