package io.wrkr;

import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;

/**
 * A phrase that {@link When#parse} does not read, or that means an instant it refuses.
 *
 * <p>The message holds the reason, the phrase (shortened and escaped, so that it can be logged),
 * the column and three phrases that are valid.
 */
public final class WhenParseException extends WrkrException {
  private static final long serialVersionUID = 1L;
  private static final String CODE = "WRKR-201";

  private final String text;
  private final int column;
  private final String[] examples;

  WhenParseException(String text, ZonedDateTime reference, PhraseRefusal refusal) {
    this(text, refusal, examplesAt(reference));
  }

  private WhenParseException(String text, PhraseRefusal refusal, String[] examples) {
    super(CODE, message(text, refusal, examples), refusal.getCause());
    this.text = text;
    this.column = refusal.column();
    this.examples = examples;
  }

  /** The phrase as it was given: whole and unescaped, so not fit for a log. */
  public String text() {
    return text;
  }

  /** Where reading stopped: 1 is the phrase's first character, its length + 1 is its end. */
  public int column() {
    return column;
  }

  /** Three phrases that are valid for the same reference. */
  public List<String> examples() {
    return List.of(examples);
  }

  private static String message(String text, PhraseRefusal refusal, String[] examples) {
    return String.format(
        Locale.ROOT,
        "Cannot read %s as a time, column %d: %s. Valid: \"%s\"",
        PhraseText.quoted(text),
        refusal.column(),
        refusal.reason(),
        String.join("\", \"", examples));
  }

  private static String[] examplesAt(ZonedDateTime reference) {
    int year = Math.max(0, Math.min(9998, reference.getYear())) + 1;
    String instant = String.format(Locale.ROOT, "%04d-01-01T09:00Z", year);
    return new String[] {"7 days", "next friday 9am", instant};
  }
}
