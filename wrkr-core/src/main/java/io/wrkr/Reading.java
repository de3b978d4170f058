package io.wrkr;

import java.time.Instant;
import java.time.ZonedDateTime;

/**
 * What a phrase was read as.
 *
 * @param instant the instant it means
 * @param text the phrase in quotes, or an interval in full words
 * @param relation how the reference comes in, between the text and it; empty where it does not
 * @param counted whether it is an interval counted from the reference
 */
record Reading(Instant instant, String text, String relation, boolean counted) {
  static Reading now(ZonedDateTime reference) {
    return new Reading(reference.toInstant(), "now", "", true);
  }

  static Reading interval(Interval interval, ZonedDateTime reference) {
    return new Reading(interval.after(reference), interval.toString(), " after ", true);
  }

  /** An instant whose phrase says another one at another time. */
  static Reading relative(Instant instant, String phrase) {
    return new Reading(instant, PhraseText.quoted(phrase.strip()), " as of ", false);
  }

  /** An instant whose phrase always says the same, but perhaps for the zone. */
  static Reading absolute(Instant instant, String phrase) {
    return new Reading(instant, PhraseText.quoted(phrase.strip()), "", false);
  }

  String explanation(ZonedDateTime reference) {
    String anchor = relation.isEmpty() ? "" : relation + InstantText.of(reference);
    return text + anchor + " = " + InstantText.of(instant, reference.getZone());
  }
}
