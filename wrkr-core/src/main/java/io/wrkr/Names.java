package io.wrkr;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What may be a name, pattern, queue, tid, id or header; alike for every backend. */
final class Names {
  static final int MAX_BYTES = 255;

  /** What names, patterns and queues of the bus itself begin with. */
  static final String INTERNAL = "$wrkr.";

  private Names() {}

  static String requireName(String name) {
    requireSegments("event name", name);
    requireUsers("event name", name);
    for (String segment : name.split("\\.", -1)) {
      if (segment.equals("*") || segment.equals("#")) {
        throw bad(
            "event name", name, "has the pattern segment '" + segment + "'", "publish a full name");
      }
    }
    return name;
  }

  static String requirePattern(String pattern) {
    return requireSegments("pattern", pattern);
  }

  static String requireQueue(String queue) {
    return requireText("queue name", queue);
  }

  /** A queue that the user declares. */
  static String requireUsersQueue(String queue) {
    requireText("queue name", queue);
    requireUsers("queue name", queue);
    return queue;
  }

  static String requireTid(String tid) {
    return requireText("tid", tid);
  }

  static String requireId(String id) {
    return requireText("event id", id);
  }

  private static void requireUsers(String what, String text) {
    if (text.startsWith(INTERNAL)) {
      throw bad(what, text, "begins with '" + INTERNAL + "', which is the bus's own", "rename it");
    }
  }

  private static String requireSegments(String what, String text) {
    requireText(what, text);
    if (text.startsWith(".") || text.endsWith(".") || text.contains("..")) {
      throw bad(what, text, "has an empty segment", "separate segments by single dots");
    }
    return text;
  }

  private static String requireText(String what, String text) {
    if (text == null || text.isEmpty()) {
      throw new IllegalArgumentException(
          "The " + what + " is missing: give 1 to 255 bytes of text");
    }
    // A char is at least one byte: no need to encode what is longer anyway.
    if (text.length() > MAX_BYTES || utf8Length(text) > MAX_BYTES) {
      throw bad(what, text, "is longer than 255 bytes of UTF-8", "shorten it");
    }
    int index = firstUnprintable(text);
    if (index >= 0) {
      throw bad(
          what,
          text,
          String.format(
              Locale.ROOT, "has U+%04X at position %d", text.codePointAt(index), index + 1),
          "use printable characters");
    }
    return text;
  }

  static int utf8Length(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return text.getBytes(StandardCharsets.UTF_8).length;
      }
    }
    return text.length();
  }

  /** Returns where the first control, unpaired surrogate, separator or direction mark is, or -1. */
  private static int firstUnprintable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c < 0x7f) {
        continue;
      }
      int point = text.codePointAt(i);
      if (isUnprintable(point)) {
        return i;
      }
      i += Character.charCount(point) - 1;
    }
    return -1;
  }

  private static boolean isUnprintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED ->
          true;
      // Direction overrides make a name read as another one; joiners are part of ordinary emoji.
      case Character.FORMAT ->
          (point >= 0x202a && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
      default -> false;
    };
  }

  /** Tells whether the text has an unpaired surrogate, which no store can keep. */
  static boolean isMalformed(String text) {
    return !StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static IllegalArgumentException bad(
      String what, String text, String problem, String remedy) {
    return new IllegalArgumentException(
        "The " + what + " '" + shown(text) + "' " + problem + ": " + remedy);
  }

  /** Returns the text shortened and escaped, safe to log and to print on a terminal. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder();
    int end = Math.min(text.length(), 60);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7f || isUnprintable(c)) {
        shown.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        shown.append(c);
      }
    }
    return end < text.length()
        ? shown.append("… (").append(text.length()).append(" characters)").toString()
        : shown.toString();
  }
}
