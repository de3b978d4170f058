package io.wrkr;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TimeZone;
import org.natty.DateGroup;
import org.natty.Parser;

/**
 * The last resort: asks natty for dates that Wrkr's own grammar does not read, and believes it only
 * where {@link NattyWords} knows every word of the phrase and finds each one in the answer.
 *
 * <p>natty guesses: it reads {@code 7 bananas} as 07:00 and {@code 30 february} as 2 March, skips
 * what it does not know, and takes seconds for thousands of digits. So:
 *
 * <ol>
 *   <li>Only phrases of at most 64 printable ASCII characters whose words are all known get here.
 *   <li>natty counts on a calendar without a zone: it is given the reference's clock time as if it
 *       were UTC. The default zone and locale of the process, which it would use elsewhere, have no
 *       part in these phrases, and {@link WallClock} makes an instant of the result.
 *   <li>Exactly one date that is not recurring must have been read from the whole text.
 *   <li>Every fact of the phrase (day, month, year, weekday, time) must be in that date.
 * </ol>
 */
final class NattyPhrases {
  private static final TimeZone NO_ZONE = TimeZone.getTimeZone("UTC");

  private NattyPhrases() {}

  /** The instant that the phrase means, or empty if it is not certain. */
  static Optional<Reading> read(String phrase, ZonedDateTime reference) {
    String text = withoutOn(phrase.strip().toLowerCase(Locale.ROOT));
    LocalDateTime now = reference.toLocalDateTime();
    if (now.getYear() < 1900 || now.getYear() > 9000) {
      return Optional.empty(); // natty's calendar is another one before 1582
    }
    return NattyWords.of(phrase, now)
        .map(words -> ask(text, now).flatMap(words::confirm).orElseThrow(NattyPhrases::uncertain))
        .map(local -> WallClock.resolve(local, reference.getZone()))
        .map(instant -> Reading.relative(instant, phrase));
  }

  /** natty skips a leading "on", and then has not read the whole text. */
  private static String withoutOn(String text) {
    return text.startsWith("on ") ? text.substring(3).strip() : text;
  }

  private static PhraseRefusal uncertain() {
    return new PhraseRefusal(1, "there is no such date, or it is not certain which one is meant");
  }

  private static Optional<Answer> ask(String text, LocalDateTime now) {
    try {
      Date date = Date.from(now.toInstant(ZoneOffset.UTC));
      return answer(text, new Parser(NO_ZONE).parse(text, date));
    } catch (Throwable failure) { // also StackOverflowError: nothing natty does may get out
      throw new PhraseRefusal(1, "it is not understood", failure);
    }
  }

  private static Optional<Answer> answer(String text, List<DateGroup> groups) {
    if (groups.size() != 1) {
      return Optional.empty();
    }
    DateGroup group = groups.get(0);
    boolean whole = group.getPosition() == 1 && text.equalsIgnoreCase(group.getText());
    if (!whole || group.isRecurring() || group.getDates().size() != 1) {
      return Optional.empty();
    }
    Instant instant = group.getDates().get(0).toInstant();
    LocalDateTime local = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
    return Optional.of(
        group.isTimeInferred()
            ? new Answer(local.with(LocalTime.MIDNIGHT), false)
            : new Answer(local, true));
  }

  /** What natty read; a date without a time is its start. */
  record Answer(LocalDateTime local, boolean timed) {}
}
