package io.wrkr;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Month;
import java.time.YearMonth;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the words of a phrase say by themselves, to be found again in what natty makes of it. A
 * phrase with a word that is not known here, with two facts of one kind, or with nothing that
 * Wrkr's own grammar does not have, is not for natty.
 */
final class NattyWords {
  private enum Kind {
    YEAR,
    MONTH,
    DAY_OF_MONTH,
    WEEKDAY,
    DATE,
    TIME
  }

  private static final Set<String> FILLERS = Set.of("the", "of", "on", "at", "in", ",");
  private static final Set<String> ORDINAL_ENDINGS = Set.of("st", "nd", "rd", "th");
  private static final Map<String, LocalTime> PARTS_OF_DAY =
      Map.of(
          "morning", LocalTime.of(8, 0),
          "evening", LocalTime.of(19, 0),
          "night", LocalTime.of(20, 0));

  private final PhraseReader in;
  private final LocalDateTime now;
  private final Map<Kind, Predicate<LocalDateTime>> facts = new EnumMap<>(Kind.class);
  private boolean beyondOwnGrammar;

  private NattyWords(String phrase, LocalDateTime now) {
    this.in = new PhraseReader(phrase, 0);
    this.now = now;
  }

  /** The facts of the phrase, or empty if it has unknown words or names no day. */
  static Optional<NattyWords> of(String phrase, LocalDateTime now) {
    NattyWords words = new NattyWords(phrase, now);
    while (!words.in.atEnd()) {
      if (!words.step()) {
        return Optional.empty();
      }
    }
    return words.beyondOwnGrammar && words.nameOneDay() ? Optional.of(words) : Optional.empty();
  }

  /** The answer's date and time, if all the facts are in it. */
  Optional<LocalDateTime> confirm(NattyPhrases.Answer answer) {
    boolean timed = facts.containsKey(Kind.TIME);
    boolean confirmed =
        timed == answer.timed() && facts.values().stream().allMatch(f -> f.test(answer.local()));
    return confirmed ? Optional.of(answer.local()) : Optional.empty();
  }

  private boolean nameOneDay() {
    if (facts.containsKey(Kind.DATE)) {
      return true;
    }
    if (facts.containsKey(Kind.MONTH) || facts.containsKey(Kind.DAY_OF_MONTH)) {
      return facts.containsKey(Kind.MONTH) && facts.containsKey(Kind.DAY_OF_MONTH);
    }
    return facts.containsKey(Kind.WEEKDAY)
        && fact(Kind.DATE, at -> at.isAfter(now) && !at.isAfter(now.plusDays(7)));
  }

  private boolean fact(Kind kind, Predicate<LocalDateTime> predicate) {
    return facts.putIfAbsent(kind, predicate) == null;
  }

  private boolean step() {
    if (TimePhrases.startsAt(in)) {
      return time(TimePhrases.read(in));
    }
    if (in.takeAll("first", "day")) {
      return dayOfMonth(1);
    }
    if (in.takeAll("last", "day")) {
      return fact(
          Kind.DAY_OF_MONTH, at -> at.getDayOfMonth() == YearMonth.from(at).lengthOfMonth());
    }
    if (in.takeAll("next", "month")) {
      YearMonth next = YearMonth.from(now).plusMonths(1);
      return month(next.getMonth()) && year(next.getYear());
    }
    PhraseReader.Token token = in.next();
    return token.isNumber() ? number(token) : word(token.text());
  }

  private boolean number(PhraseReader.Token token) {
    if (!token.text().matches("[0-9]{1,2}|[0-9]{4}")) {
      return false;
    }
    int value = Integer.parseInt(token.text());
    if (token.text().length() == 4) {
      return year(value);
    }
    if (in.peek().glued() && ORDINAL_ENDINGS.contains(in.peek().text())) {
      in.next();
    }
    return dayOfMonth(value);
  }

  private boolean word(String word) {
    if (FILLERS.contains(word)) {
      return true;
    }
    LocalDate today = now.toLocalDate();
    return switch (word) {
      case "tomorrow" -> date(today.plusDays(1));
      case "today" -> date(today);
      case "tonight" -> date(today) && partOfDay("night");
      case "this" -> date(today) && partOfDay(in.next().text());
      default -> partOfDay(word) || nameOfMonthOrDay(word);
    };
  }

  private boolean partOfDay(String word) {
    LocalTime start = PARTS_OF_DAY.get(word);
    beyondOwnGrammar |= start != null;
    return start != null && time(start);
  }

  private boolean nameOfMonthOrDay(String word) {
    Optional<Month> month = monthOf(word);
    if (month.isPresent()) {
      return month(month.get());
    }
    Optional<DayOfWeek> weekday = DayPhrases.dayOfWeek(word);
    return weekday.isPresent() && fact(Kind.WEEKDAY, at -> at.getDayOfWeek() == weekday.get());
  }

  private static Optional<Month> monthOf(String word) {
    boolean abbreviation = word.length() == 3 || word.equals("sept");
    for (Month month : Month.values()) {
      String name = month.name().toLowerCase(Locale.ROOT);
      if (word.equals(name) || (abbreviation && name.startsWith(word))) {
        return Optional.of(month);
      }
    }
    return Optional.empty();
  }

  private boolean year(int year) {
    return fact(Kind.YEAR, at -> at.getYear() == year);
  }

  private boolean month(Month month) {
    beyondOwnGrammar = true;
    return fact(Kind.MONTH, at -> at.getMonth() == month);
  }

  private boolean dayOfMonth(int day) {
    return fact(Kind.DAY_OF_MONTH, at -> at.getDayOfMonth() == day);
  }

  private boolean date(LocalDate date) {
    return fact(Kind.DATE, at -> at.toLocalDate().equals(date));
  }

  private boolean time(LocalTime time) {
    return fact(Kind.TIME, at -> at.toLocalTime().equals(time));
  }
}
