package io.wrkr.spi;

import java.util.Comparator;

/**
 * A subscription pattern: dot-separated segments, where {@code *} stands for exactly one segment
 * and {@code #} for any number, none included; everything else is literal and case-sensitive.
 * Neither matches a name that begins with {@code $wrkr.}: such events are the bus's own.
 *
 * <p>Immutable. Matching takes time linear in the name for patterns with at most one {@code #} and
 * at most proportional to segments of name times segments of pattern otherwise.
 */
public final class Pattern implements Comparable<Pattern> {
  /**
   * Most specific first: more literal segments, then {@code *} before {@code #}, then the longer.
   */
  private static final Comparator<Pattern> MOST_SPECIFIC_FIRST =
      Comparator.<Pattern>comparingInt(p -> -p.count(Kind.LITERAL))
          .thenComparingInt(p -> p.count(Kind.ANY_NUMBER))
          .thenComparingInt(p -> -p.text.length())
          .thenComparing(p -> p.text);

  private static final String INTERNAL = "$wrkr.";

  private enum Kind {
    LITERAL,
    ONE,
    ANY_NUMBER
  }

  private final String text;
  private final String[] segments;
  private final Kind[] kinds;

  private Pattern(String text) {
    this.text = text;
    this.segments = text.split("\\.", -1);
    this.kinds = new Kind[segments.length];
    for (int i = 0; i < segments.length; i++) {
      kinds[i] =
          segments[i].equals("*")
              ? Kind.ONE
              : segments[i].equals("#") ? Kind.ANY_NUMBER : Kind.LITERAL;
    }
  }

  /** Returns the pattern of a text that the core has validated. */
  public static Pattern of(String text) {
    return new Pattern(text);
  }

  /** Tells whether there is neither {@code *} nor {@code #}, so that only its own text matches. */
  public boolean isLiteral() {
    return count(Kind.LITERAL) == kinds.length;
  }

  /** Tells whether an event of this name matches. */
  public boolean matches(String name) {
    if (isLiteral()) {
      return text.equals(name);
    }
    if (name.startsWith(INTERNAL)) {
      return false;
    }
    return matches(name.split("\\.", -1));
  }

  /** The usual greedy walk that goes back to the last {@code #} only, hence never exponential. */
  private boolean matches(String[] name) {
    int p = 0;
    int n = 0;
    int hash = -1;
    int resume = 0;
    while (n < name.length) {
      if (p < kinds.length && kinds[p] == Kind.ANY_NUMBER) {
        hash = p++;
        resume = n;
      } else if (p < kinds.length && (kinds[p] == Kind.ONE || segments[p].equals(name[n]))) {
        p++;
        n++;
      } else if (hash >= 0) {
        p = hash + 1;
        n = ++resume;
      } else {
        return false;
      }
    }
    while (p < kinds.length && kinds[p] == Kind.ANY_NUMBER) {
      p++;
    }
    return p == kinds.length;
  }

  private int count(Kind kind) {
    int count = 0;
    for (Kind each : kinds) {
      count += each == kind ? 1 : 0;
    }
    return count;
  }

  /** Sorts the most specific first. */
  @Override
  public int compareTo(Pattern other) {
    return MOST_SPECIFIC_FIRST.compare(this, other);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Pattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** Returns the pattern's text. */
  @Override
  public String toString() {
    return text;
  }
}
