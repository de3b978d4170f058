package io.wrkr.spi;

import io.wrkr.Recurrence;

/** Reads the stored text of one kind of recurrence; found with {@link java.util.ServiceLoader}. */
public interface RecurrenceParser {

  /** Returns the first word of the texts that this parser reads, such as {@code cron}. */
  String kind();

  /**
   * Reads the rest of the text.
   *
   * @throws IllegalArgumentException if it cannot be read
   */
  Recurrence parse(String rule);
}
