package io.wrkr.jdbc;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Statements that belong together; may be run again after a rollback, so it changes nothing else.
 */
@FunctionalInterface
interface Work<T extends @Nullable Object> {
  T run(Session session) throws SQLException;
}
