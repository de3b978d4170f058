package io.wrkr;

import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads intervals: {@code 1h30m}, {@code in 2 weeks and 3 days}, {@code an hour from now}, {@code
 * P1DT2H}.
 */
final class IntervalPhrases {
  private static final Pattern ISO =
      Pattern.compile(
          "p(?:([0-9]+)y)?(?:([0-9]+)m)?(?:([0-9]+)w)?(?:([0-9]+)d)?"
              + "(?:t(?:([0-9]+(?:\\.[0-9]+)?)h)?(?:([0-9]+(?:\\.[0-9]+)?)m)?"
              + "(?:([0-9]+(?:\\.[0-9]+)?)s)?)?");
  private static final List<IntervalUnit> ISO_UNITS =
      List.of(
          IntervalUnit.YEARS,
          IntervalUnit.MONTHS,
          IntervalUnit.WEEKS,
          IntervalUnit.DAYS,
          IntervalUnit.HOURS,
          IntervalUnit.MINUTES,
          IntervalUnit.SECONDS);
  private static final List<String> NUMBERS =
      List.of(
          "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
          "twelve");
  private static final BigDecimal HALF = new BigDecimal("0.5");

  private IntervalPhrases() {}

  /** Whether an interval starts here, rather than a day or a time. */
  static boolean startsAt(PhraseReader in) {
    PhraseReader.Token first = in.peek();
    return first.is("in") || (startsAmount(in) && !TimePhrases.startsAt(in));
  }

  /** Reads to the end of the phrase. */
  static Interval read(PhraseReader in) {
    in.take("in");
    Interval interval = new Interval();
    do {
      readAmount(in, interval);
    } while (takeSeparator(in) || startsAmount(in));
    in.takeAll("from", "now");
    in.requireEnd();
    return interval;
  }

  private static boolean startsAmount(PhraseReader in) {
    PhraseReader.Token token = in.peek();
    return token.isNumber() || token.is("half") || isNumberWord(token);
  }

  private static boolean isNumberWord(PhraseReader.Token token) {
    return token.is("a") || token.is("an") || NUMBERS.contains(token.text());
  }

  private static boolean takeSeparator(PhraseReader in) {
    boolean comma = in.take(",");
    return in.take("and") || comma;
  }

  private static void readAmount(PhraseReader in, Interval interval) {
    int column = in.peek().column();
    BigDecimal amount = amount(in);
    PhraseReader.Token word = in.peek();
    IntervalUnit unit = IntervalUnit.of(word.text()).orElseThrow(() -> noUnit(in));
    in.next();
    interval.add(amount, column, unit, word.column());
  }

  private static BigDecimal amount(PhraseReader in) {
    if (in.takeAll("half", "a") || in.takeAll("half", "an")) {
      return HALF;
    }
    if (!startsAmount(in)) {
      throw in.unexpected();
    }
    PhraseReader.Token token = in.next();
    return token.isNumber()
        ? new BigDecimal(token.text())
        : BigDecimal.valueOf(Math.max(0, NUMBERS.indexOf(token.text())) + 1L);
  }

  private static PhraseRefusal noUnit(PhraseReader in) {
    PhraseReader.Token token = in.peek();
    if (token.kind() == PhraseReader.Kind.WORD) {
      String reason = PhraseText.quoted(token.text()) + " is not a unit of time";
      return new PhraseRefusal(token.column(), reason);
    }
    boolean date = token.is("/") || token.is("-") || token.is(".");
    String reason =
        date ? "a date in numbers is written 2027-01-31" : "a number needs a unit after it";
    return new PhraseRefusal(token.column(), reason);
  }

  /** Reads an ISO 8601 duration or period, given in lower case; the offset is its index. */
  static Interval readIso(String text, int offset) {
    Matcher matcher = ISO.matcher(text);
    int end = matcher.lookingAt() ? matcher.end() : 0;
    if (end < text.length() || text.equals("p") || text.endsWith("t")) {
      throw notIso(text, end, offset);
    }
    Interval interval = new Interval();
    for (int group = 1; group <= matcher.groupCount(); group++) {
      if (matcher.group(group) != null) {
        int column = offset + matcher.start(group) + 1;
        BigDecimal amount = new BigDecimal(matcher.group(group));
        interval.add(amount, column, ISO_UNITS.get(group - 1), offset + matcher.end(group) + 1);
      }
    }
    return interval;
  }

  private static PhraseRefusal notIso(String text, int index, int offset) {
    boolean negative = index < text.length() && text.charAt(index) == '-';
    String reason =
        negative ? "a negative interval means the past" : "not an ISO 8601 duration such as P1DT2H";
    return new PhraseRefusal(offset + index + 1, reason);
  }
}
