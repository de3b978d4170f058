package io.wrkr;

import java.util.Locale;

/** The rules for a phrase's characters, and the escaped form in which it may be shown. */
final class PhraseText {
  static final int MAX_LENGTH = 64;

  private PhraseText() {}

  /** Refuses what is empty, too long, or has a character other than printable ASCII. */
  static void check(String phrase) {
    if (phrase.length() > MAX_LENGTH) {
      String reason = phrase.length() + " characters, at most " + MAX_LENGTH + " are read";
      throw new PhraseRefusal(MAX_LENGTH + 1, reason);
    }
    for (int i = 0; i < phrase.length(); i++) {
      if (!isPrintable(phrase.charAt(i))) {
        String reason = "only printable ASCII is read, not " + quoted(phrase.substring(i, i + 1));
        throw new PhraseRefusal(i + 1, reason);
      }
    }
    if (phrase.isBlank()) {
      throw new PhraseRefusal(1, "it is empty");
    }
  }

  /**
   * The text in double quotes, at most 64 characters of it, with nothing that could forge a log.
   */
  static String quoted(String text) {
    boolean cut = text.length() > MAX_LENGTH;
    StringBuilder out = new StringBuilder("\"");
    text.chars().limit(MAX_LENGTH).forEach(c -> appendEscaped(out, (char) c));
    return out.append(cut ? "...\"" : "\"").toString();
  }

  private static void appendEscaped(StringBuilder out, char c) {
    if (c == '"' || c == '\\') {
      out.append('\\').append(c);
    } else if (isPrintable(c)) {
      out.append(c);
    } else {
      out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
    }
  }

  private static boolean isPrintable(char c) {
    return c >= ' ' && c <= '~';
  }
}
