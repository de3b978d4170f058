package io.wrkr.cli;

import java.util.Locale;
import java.util.regex.Pattern;

/** Text from elsewhere, made fit for a terminal. */
final class Text {
  private static final Pattern USER_INFO = Pattern.compile("(//[^/:@\\s'\"]*:)[^@\\s'\"]+@");
  private static final Pattern OPTION =
      Pattern.compile("(?i)((?:password|passwd|pwd|secret)=)[^&;,\\s'\"]+");

  private Text() {}

  /** Returns the text on one line, with everything escaped that a terminal might obey. */
  static String shown(String text) {
    if (!hasUnsafe(text)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (isUnsafe(text, i)) {
        shown.append(escape(c));
      } else {
        shown.append(c);
      }
    }
    return shown.toString();
  }

  /** Returns the text with the passwords of URIs left out, wherever in it someone put a URI. */
  static String withoutPasswords(String text) {
    String shown = USER_INFO.matcher(text).replaceAll("$1…@");
    return OPTION.matcher(shown).replaceAll("$1…");
  }

  static String shortened(String text, int limit) {
    if (text.length() <= limit) {
      return shown(text);
    }
    int end = Character.isHighSurrogate(text.charAt(limit - 2)) ? limit - 2 : limit - 1;
    return shown(text.substring(0, end)) + "…";
  }

  /** Returns the count with its noun, such as {@code 1 event} and {@code 2 events}. */
  static String count(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }

  static String escape(char c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, "\\u%04x", (int) c);
    };
  }

  private static boolean hasUnsafe(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (isUnsafe(text, i)) {
        return true;
      }
    }
    return false;
  }

  /** Controls, line separators, direction overrides, and halves of a character. */
  static boolean isUnsafe(String text, int i) {
    char c = text.charAt(i);
    if (c >= ' ' && c < 0x7f) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    if (Character.isLowSurrogate(c)) {
      return i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
    }
    return c < 0xa0
        || (c >= 0x2028 && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x061c
        || c == 0x200e
        || c == 0x200f;
  }
}
