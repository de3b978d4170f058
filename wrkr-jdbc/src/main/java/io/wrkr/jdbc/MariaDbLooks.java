package io.wrkr.jdbc;

import io.wrkr.HealthCheck;
import io.wrkr.jdbc.Examining.Look;
import java.util.List;
import java.util.stream.Stream;

/** What tells whether a MariaDB or MySQL server is well. */
final class MariaDbLooks {
  private static final long LONG_HISTORY = 100_000;
  private static final long LONG_SECONDS = 300;

  private MariaDbLooks() {}

  static List<Look> all() {
    return Stream.of(slowness(), loss()).flatMap(List::stream).toList();
  }

  private static List<Look> slowness() {
    return List.of(
        new Look(
            "dead rows",
            "SELECT count, concat(count, ' versions not purged yet') FROM"
                + " information_schema.innodb_metrics WHERE name = 'trx_rseg_history_len'",
            (name, value, text) ->
                HealthCheck.of(
                    name,
                    text,
                    value > LONG_HISTORY,
                    "Claims read over rows that were deleted: end long transactions, and give the"
                        + " server more purge threads.")),
        new Look(
            "oldest transaction",
            "SELECT coalesce(max(timestampdiff(SECOND, trx_started, now())), 0),"
                + " concat(coalesce(max(timestampdiff(SECOND, trx_started, now())), 0), ' s')"
                + " FROM information_schema.innodb_trx"
                + " WHERE trx_mysql_thread_id <> connection_id()",
            (name, value, text) ->
                HealthCheck.of(
                    name,
                    text,
                    value > LONG_SECONDS,
                    "It keeps deleted rows from being purged, so that claims get slower and slower:"
                        + " end it (SHOW ENGINE INNODB STATUS shows it).")));
  }

  private static List<Look> loss() {
    return List.of(
        new Look(
            "innodb_flush_log_at_trx_commit",
            "SELECT @@innodb_flush_log_at_trx_commit, @@innodb_flush_log_at_trx_commit",
            (name, value, text) ->
                HealthCheck.of(
                    name,
                    text,
                    value != 1,
                    "What was confirmed in the last second may be lost at a crash: set it to 1.")),
        new Look(
            "sync_binlog",
            "SELECT CASE WHEN @@log_bin = 1 AND @@sync_binlog <> 1 THEN 1 ELSE 0 END,"
                + " CASE WHEN @@log_bin = 1 THEN @@sync_binlog ELSE 'no binary log' END",
            (name, unsafe, text) ->
                HealthCheck.of(
                    name,
                    text,
                    unsafe == 1,
                    "Replicas may lack what was confirmed before a crash: set it to 1.")));
  }
}
