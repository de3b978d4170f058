package io.wrkr;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Objects;
import java.util.Optional;

/**
 * An instant that a person wrote as a phrase, and how the phrase was read.
 *
 * <p>Read are, in upper or lower case and at most 64 characters:
 *
 * <ul>
 *   <li>intervals from the reference: {@code 500ms}, {@code 1h30m}, {@code 1.5 hours}, {@code 2
 *       weeks and 3 days}, {@code in an hour}, {@code 7 days from now}, {@code P1DT2H}, {@code
 *       now}; {@code m} is minutes, {@code mo} months;
 *   <li>ISO 8601: {@code 2027-01-01T09:00Z}, {@code 2027-01-01T09:00+01:00}, {@code
 *       2027-01-01T09:00[Europe/Paris]}; without an offset the reference's zone counts;
 *   <li>days and times: {@code tomorrow at 9am}, {@code friday 17:30}, {@code at noon}, {@code
 *       2027-01-01 9:00}, {@code 25 december 2026}, {@code tomorrow morning} (08:00; evening is
 *       19:00, night 20:00). A day without a time is its start, so {@code today} alone is past.
 *       {@code friday 9am} and {@code at 9am} are the first such instant after the reference;
 *       {@code next friday} is the soonest Friday after today, on a Wednesday two days ahead;
 *       {@code this friday} may be today.
 * </ul>
 *
 * <p>Hours and below are exact. Days, weeks, months and years are steps of the calendar in the
 * reference's zone, so {@code 7 days} is 167 hours long when the clocks go forward meanwhile. A
 * time that the clocks skip is the first instant after the gap; one they show twice is the first of
 * the two.
 *
 * <p>A phrase never means an instant before the reference or more than 10 years and a day after it,
 * a recurrence, or a zone other than in ISO 8601; numeric dates other than ISO's ({@code
 * 01/04/2026}) are refused. Parsing takes time linear in the phrase, except for dates with the name
 * of a month and parts of the day, which take about 0.1 ms.
 *
 * <p>Immutable and safe for use by several threads.
 *
 * <pre>{@code
 * When when = When.parse("next friday 9am", ZonedDateTime.now(clock));
 * System.out.println(when.explanation());
 * }</pre>
 */
public final class When {
  static final String TOO_FAR = "it means an instant more than 10 years and a day ahead";

  private final Reading reading;
  private final ZonedDateTime reference;

  private When(Reading reading, ZonedDateTime reference) {
    this.reading = reading;
    this.reference = reference;
  }

  /**
   * Reads a phrase.
   *
   * @param phrase what a person wrote; null is a {@link NullPointerException}
   * @param reference now, in the zone whose calendar and clock the phrase is about; null is a
   *     {@link NullPointerException}
   * @throws WhenParseException if the phrase is not understood, or means an instant before the
   *     reference or more than 10 years and a day after it
   */
  public static When parse(String phrase, ZonedDateTime reference) {
    Objects.requireNonNull(phrase, "phrase");
    Objects.requireNonNull(reference, "reference");
    try {
      PhraseText.check(phrase);
      Reading reading = read(phrase, reference);
      requireInRange(reading.instant(), reference);
      return new When(reading, reference);
    } catch (PhraseRefusal refusal) {
      throw new WhenParseException(phrase, reference, refusal);
    } catch (DateTimeException | ArithmeticException e) {
      PhraseRefusal refusal = new PhraseRefusal(1, "the calendar ends before that", e);
      throw new WhenParseException(phrase, reference, refusal);
    }
  }

  private static Reading read(String phrase, ZonedDateTime reference) {
    try {
      return new PhraseGrammar(phrase, reference).read();
    } catch (PhraseRefusal own) {
      return NattyPhrases.read(phrase, reference).orElseThrow(() -> own);
    }
  }

  private static void requireInRange(Instant instant, ZonedDateTime reference) {
    if (instant.isBefore(reference.toInstant())) {
      String reason =
          "it means "
              + InstantText.of(instant, reference.getZone())
              + ", which is past at "
              + InstantText.of(reference);
      throw new PhraseRefusal(1, reason);
    }
    if (instant.isAfter(reference.plusYears(10).plusDays(1).toInstant())) {
      throw new PhraseRefusal(1, TOO_FAR);
    }
  }

  /** The instant that is meant: the reference or later. */
  public Instant instant() {
    return reading.instant();
  }

  /**
   * How the phrase was read, in the reference's zone, such as {@code 7 days after Sat 21 Nov 2026
   * 09:00 UTC = Sat 28 Nov 2026 09:00 UTC}. For people: the wording may change.
   */
  public String explanation() {
    return reading.explanation(reference);
  }

  /**
   * The exact length from the reference to the instant if the phrase is an interval counted from
   * the reference, so that another clock may count it; empty if the phrase names an instant.
   */
  public Optional<Duration> delay() {
    return reading.counted()
        ? Optional.of(Duration.between(reference.toInstant(), reading.instant()))
        : Optional.empty();
  }

  /** The {@link #explanation()}. */
  @Override
  public String toString() {
    return explanation();
  }
}
