package io.wrkr.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;

/** JSON that is passed on as it was written, so that no number loses a digit. */
final class Json {
  /** What the bus's own codec reads: everything else would stop at its other end. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(64)
                  .maxStringLength(16_000_000)
                  .maxDocumentLength(16_000_000)
                  .maxNumberLength(1000)
                  .build())
          .build();

  private Json() {}

  /**
   * Checks that the text is one JSON value.
   *
   * @throws UsageException with line, column and reason if it is not
   */
  static void check(String text) {
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
      if (parser.nextToken() == null) {
        throw new UsageException("the payload is empty: give a JSON value, or leave it out");
      }
      readValue(parser);
      TokenStreamLocation end = parser.currentLocation();
      if (parser.nextToken() != null) {
        throw bad(text, "something follows the value", end);
      }
    } catch (JacksonException e) {
      throw bad(text, String.valueOf(e.getOriginalMessage()), e.getLocation());
    }
  }

  private static void readValue(JsonParser parser) {
    int depth = 0;
    JsonToken token = parser.currentToken();
    while (token != null) {
      if (token.isStructStart()) {
        depth++;
      } else if (token.isStructEnd()) {
        depth--;
      }
      if (depth == 0) {
        return;
      }
      token = parser.nextToken();
    }
  }

  private static UsageException bad(
      String text, String reason, @org.jspecify.annotations.Nullable TokenStreamLocation at) {
    String where =
        at == null || at.getColumnNr() < 1
            ? ""
            : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new UsageException(
        "the payload '"
            + Text.shortened(text, 60)
            + "' is not JSON"
            + where
            + ": "
            + Text.shortened(withoutSource(reason), 200)
            + "; strings need double quotes, as in '\"Ada\"' or '{\"name\":\"Ada\"}'");
  }

  /** Leaves out what the parser says about where its text came from. */
  private static String withoutSource(String reason) {
    int marker = reason.indexOf(" (start marker at");
    return marker < 0 ? reason : reason.substring(0, marker);
  }

  /** Returns valid JSON on one line, with what a terminal might obey escaped. */
  static String compact(String json) {
    StringBuilder line = new StringBuilder(json.length());
    boolean inString = false;
    for (int i = 0; i < json.length(); i++) {
      char c = json.charAt(i);
      if (!inString) {
        if (c > ' ') {
          line.append(c);
        }
        inString = c == '"';
      } else if (c == '\\') {
        line.append(c).append(json.charAt(++i));
      } else if (Text.isUnsafe(json, i)) {
        line.append(Text.escape(c));
      } else {
        line.append(c);
        inString = c != '"';
      }
    }
    return line.toString();
  }
}
