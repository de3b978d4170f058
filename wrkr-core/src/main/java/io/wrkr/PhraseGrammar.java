package io.wrkr;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.Locale;
import java.util.regex.Pattern;

/** Wrkr's own grammar: finds out which kind of phrase it is given and has it read. */
final class PhraseGrammar {
  private static final Pattern ISO_INTERVAL = Pattern.compile("p(?:[-+]?[0-9].*|-?t.*)?");

  private final String phrase;
  private final String text;
  private final int offset;
  private final PhraseReader in;
  private final ZonedDateTime reference;

  PhraseGrammar(String phrase, ZonedDateTime reference) {
    this.phrase = phrase;
    this.text = phrase.strip();
    this.offset = phrase.indexOf(text);
    this.in = new PhraseReader(phrase, offset);
    this.reference = reference;
  }

  /** Reads the whole phrase or throws a {@link PhraseRefusal}. */
  Reading read() {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("now")) {
      return Reading.now(reference);
    }
    if (ISO_INTERVAL.matcher(lower).matches()) {
      return Reading.interval(IntervalPhrases.readIso(lower, offset), reference);
    }
    if (IsoPhrases.startsWithDate(text)) {
      return Reading.absolute(date(), text);
    }
    if (IntervalPhrases.startsAt(in)) {
      return Reading.interval(IntervalPhrases.read(in), reference);
    }
    return Reading.relative(new DayPhrases(in, reference).read(), text);
  }

  private Instant date() {
    if (IsoPhrases.isWhole(text)) {
      return IsoPhrases.read(text, reference.getZone(), offset);
    }
    LocalDate date = IsoPhrases.date(text, offset);
    PhraseReader rest = new PhraseReader(phrase, offset + IsoPhrases.DATE_LENGTH);
    return new DayPhrases(rest, reference).readAfter(date);
  }
}
