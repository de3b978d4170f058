package io.wrkr.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** The rules of the contract, in its order. */
final class Contract {
  private static final Map<String, String> RULES = read();

  private Contract() {}

  /** Returns the rules' texts by number. */
  static Map<String, String> rules() {
    return RULES;
  }

  private static Map<String, String> read() {
    try (InputStream in = Contract.class.getResourceAsStream("rules.txt")) {
      if (in == null) {
        throw new IllegalStateException("rules.txt is missing beside " + Contract.class);
      }
      Map<String, String> rules = new LinkedHashMap<>();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n", -1)) {
        int space = line.indexOf(' ');
        if (space > 0) {
          rules.put(line.substring(0, space), line.substring(space + 1));
        }
      }
      return Collections.unmodifiableMap(rules);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
