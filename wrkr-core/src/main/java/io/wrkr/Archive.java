package io.wrkr;

import java.time.Duration;

/** What becomes of deliveries that were handled. Immutable. */
public final class Archive {
  private static final Archive DELETE = new Archive(Mode.DELETE, Duration.ZERO);

  /** The kinds of archive. */
  public enum Mode {
    /** Removed at once. */
    DELETE,
    /** Kept in place. */
    KEEP,
    /** Moved to a history. */
    MOVE
  }

  private final Mode mode;
  private final Duration duration;

  private Archive(Mode mode, Duration duration) {
    this.mode = mode;
    this.duration = duration;
  }

  /** Removes finished deliveries at once; the default. */
  public static Archive delete() {
    return DELETE;
  }

  /** Keeps finished deliveries where they are, found by {@link Admin}, for this long. */
  public static Archive keep(Duration duration) {
    return new Archive(Mode.KEEP, Durations.requirePositive("archive time", duration));
  }

  /** Moves finished deliveries to a history collection or table, for this long. */
  public static Archive move(Duration duration) {
    return new Archive(Mode.MOVE, Durations.requirePositive("archive time", duration));
  }

  /** Returns the kind. */
  public Mode mode() {
    return mode;
  }

  /** Returns how long finished deliveries stay; zero for {@link Mode#DELETE}. */
  public Duration duration() {
    return duration;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Archive that && mode == that.mode && duration.equals(that.duration);
  }

  @Override
  public int hashCode() {
    return 31 * mode.hashCode() + duration.hashCode();
  }

  @Override
  public String toString() {
    return mode + (mode == Mode.DELETE ? "" : " for " + duration);
  }
}
