package io.wrkr.jdbc;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Options of a {@link JdbcBackend}. Immutable: every setter returns new options. */
public final class JdbcOptions {
  /** What the tables' names begin with unless {@link #prefix(String)} says otherwise. */
  public static final String DEFAULT_PREFIX = "wrkr";

  private static final JdbcOptions DEFAULTS = new JdbcOptions(DEFAULT_PREFIX, null, true, true);
  private static final Pattern IDENTIFIER = Pattern.compile("[a-z][a-z0-9_]{0,30}");

  private final String prefix;
  private final @Nullable String schema;
  private final boolean synced;
  private final boolean hinted;

  private JdbcOptions(String prefix, @Nullable String schema, boolean synced, boolean hinted) {
    this.prefix = prefix;
    this.schema = schema;
    this.synced = synced;
    this.hinted = hinted;
  }

  /** Returns the options that hold when none are given. */
  public static JdbcOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sets what the tables' names begin with, so that several buses share a database; default {@value
   * #DEFAULT_PREFIX}.
   *
   * @throws IllegalArgumentException unless it is a lower-case letter and up to 30 more, digits or
   *     underscores
   */
  public JdbcOptions prefix(String prefix) {
    return new JdbcOptions(requireIdentifier("table prefix", prefix), schema, synced, hinted);
  }

  /**
   * Sets the schema of the tables (on MariaDB and MySQL: the database), which must exist; default:
   * the connection's.
   *
   * @throws IllegalArgumentException unless it is a lower-case letter and up to 30 more, digits or
   *     underscores
   */
  public JdbcOptions schema(String schema) {
    return new JdbcOptions(prefix, requireIdentifier("schema", schema), synced, hinted);
  }

  /**
   * On SQLite, commits without waiting for the disk ({@code synchronous=NORMAL}). A crash of the
   * process loses nothing; a power cut may undo the last commits: events published are gone, acked
   * deliveries come again.
   */
  public JdbcOptions relaxed() {
    return new JdbcOptions(prefix, schema, false, hinted);
  }

  String prefix() {
    return prefix;
  }

  Optional<String> schema() {
    return Optional.ofNullable(schema);
  }

  /** Returns the same without hints by the server: only polling finds what others publish. */
  JdbcOptions unhinted() {
    return new JdbcOptions(prefix, schema, synced, false);
  }

  boolean hinted() {
    return hinted;
  }

  boolean synced() {
    return synced;
  }

  private static String requireIdentifier(String what, String text) {
    if (!IDENTIFIER.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "The "
              + what
              + " is not a lower-case letter and up to 30 more, digits or underscores: "
              + text);
    }
    return text;
  }
}
