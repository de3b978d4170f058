package io.wrkr;

import java.time.LocalTime;
import java.util.Locale;

/** Reads times of day: {@code 9am}, {@code 17:30}, {@code 9:15:30 p.m.}, {@code noon}. */
final class TimePhrases {
  private TimePhrases() {}

  /** Whether a time of day comes next. */
  static boolean startsAt(PhraseReader in) {
    PhraseReader.Token second = in.peek(1);
    return in.peek().is("noon")
        || in.peek().is("midnight")
        || (in.peek().isNumber() && (second.is(":") || isMeridiem(second)));
  }

  static LocalTime read(PhraseReader in) {
    if (in.take("noon")) {
      return LocalTime.NOON;
    }
    if (in.take("midnight")) {
      return LocalTime.MIDNIGHT;
    }
    PhraseReader.Token hours = in.peek();
    if (!startsAt(in)) {
      throw hours.isNumber() ? bare(hours) : in.unexpected();
    }
    int hour = field(in.next(), 23, false);
    int minute = in.take(":") ? field(in.next(), 59, true) : 0;
    int second = in.take(":") ? field(in.next(), 59, true) : 0;
    return LocalTime.of(meridiem(in, hours, hour), minute, second);
  }

  private static PhraseRefusal bare(PhraseReader.Token hours) {
    return new PhraseRefusal(hours.column(), "a time of day is written as 9:00, 17:30 or 9am");
  }

  private static int field(PhraseReader.Token token, int max, boolean twoDigits) {
    int length = token.text().length();
    boolean fits = token.isNumber() && !token.text().contains(".") && length <= 2;
    if (!fits || (twoDigits && length != 2) || Integer.parseInt(token.text()) > max) {
      String range = String.format(Locale.ROOT, "%s to %d", twoDigits ? "00" : "0", max);
      throw new PhraseRefusal(token.column(), "expected " + range + " here");
    }
    return Integer.parseInt(token.text());
  }

  /** The hour of the day, once {@code am} or {@code pm} has been stepped over. */
  private static int meridiem(PhraseReader in, PhraseReader.Token hours, int hour) {
    if (!isMeridiem(in.peek())) {
      return hour;
    }
    if (hour < 1 || hour > 12) {
      throw new PhraseRefusal(hours.column(), "am and pm go with 1 to 12");
    }
    PhraseReader.Token token = in.next();
    if (token.text().length() == 1) {
      requireDottedRest(in);
    }
    return hour % 12 + (token.text().startsWith("p") ? 12 : 0);
  }

  private static void requireDottedRest(PhraseReader in) {
    if (!in.takeAll(".", "m")) {
      throw in.unexpected();
    }
    in.take(".");
  }

  private static boolean isMeridiem(PhraseReader.Token token) {
    return token.is("am") || token.is("pm") || token.is("a") || token.is("p");
  }
}
