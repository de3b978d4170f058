package io.wrkr.mongo;

import java.util.regex.Pattern;

/** How the MongoDB backend works. Immutable: every setter returns new options. */
public final class MongoOptions {
  /** What the names of all collections begin with unless {@link #prefix} says otherwise. */
  public static final String DEFAULT_PREFIX = "wrkr_";

  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9_]{0,30}");
  private static final MongoOptions DEFAULTS = new MongoOptions(DEFAULT_PREFIX, false);

  private final String prefix;
  private final boolean relaxed;

  private MongoOptions(String prefix, boolean relaxed) {
    this.prefix = prefix;
    this.relaxed = relaxed;
  }

  /** Returns the defaults: prefix {@value #DEFAULT_PREFIX}, strict. */
  public static MongoOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets what the names of all collections begin with, so that several buses share a database.
   *
   * @throws IllegalArgumentException unless it is a small letter followed by at most 30 small
   *     letters, digits and underscores
   */
  public MongoOptions prefix(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "The collection prefix \""
              + prefix
              + "\" is not a small letter followed by at most 30 small letters, digits and"
              + " underscores: choose such a one, like \""
              + DEFAULT_PREFIX
              + "\"");
    }
    return new MongoOptions(prefix, relaxed);
  }

  /**
   * Lets claims and settlements be confirmed by the primary alone, not by a majority on disk.
   * Faster on a network of several members; a failover or a crash of the server may then undo
   * confirmed ones, so that a handled event is handled again. Publishing and dead letters stay
   * strict: nothing is ever lost.
   */
  public MongoOptions relaxed() {
    return new MongoOptions(prefix, true);
  }

  String prefix() {
    return prefix;
  }

  boolean isRelaxed() {
    return relaxed;
  }
}
