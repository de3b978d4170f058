package io.wrkr.spi;

import java.time.Duration;
import java.time.Instant;

/** From when a delivery may be claimed; what is past means now. */
public sealed interface Due {
  /** As soon as it is stored. */
  Due NOW = new After(Duration.ZERO);

  /**
   * Returns the due instant for an event stored at {@code now} by the store's clock, never before.
   */
  Instant from(Instant now);

  /** At an instant. */
  record At(Instant instant) implements Due {
    @Override
    public Instant from(Instant now) {
      return instant.isAfter(now) ? instant : now;
    }
  }

  /** A length of time after the store's now, not negative. */
  record After(Duration delay) implements Due {
    @Override
    public Instant from(Instant now) {
      return now.plus(delay);
    }
  }
}
