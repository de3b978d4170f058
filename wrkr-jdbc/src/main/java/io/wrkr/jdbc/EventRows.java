package io.wrkr.jdbc;

import io.wrkr.spi.HeaderText;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the rows of events.
 *
 * <p>An event whose row people or other programs removed, or made unreadable, is left alone: it is
 * logged once, and what is claimed of it is handed to nobody until its lease ends. Thread-safe.
 */
final class EventRows {
  private static final Logger LOG = LoggerFactory.getLogger(EventRows.class);
  private static final int MOST_NOTED = 1000;

  private final Set<String> noted = ConcurrentHashMap.newKeySet();

  /** Reads id, name, tid, headers, content type and payload from the given column on. */
  Optional<StoredEvent> read(ResultSet row, int from) throws SQLException {
    String id = row.getString(from);
    try {
      return Optional.of(
          new StoredEvent(
              id,
              row.getString(from + 1),
              Optional.ofNullable(row.getString(from + 2)),
              new Payload(row.getString(from + 4), row.getBytes(from + 5)),
              HeaderText.decode(row.getString(from + 3))));
    } catch (IllegalArgumentException e) {
      leave(id, e.getMessage());
      return Optional.empty();
    }
  }

  void leave(String id, @Nullable String why) {
    if (noted.size() < MOST_NOTED && noted.add(id)) {
      LOG.warn("The event {} cannot be read and is left alone: {}", id, why);
    }
  }

  /** Returns headers for people to look at, none if they cannot be read. */
  static Map<String, String> shown(String headers) {
    try {
      return HeaderText.decode(headers);
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }
}
