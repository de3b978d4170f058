package io.wrkr.jdbc;

import io.wrkr.HealthCheck;
import io.wrkr.jdbc.Examining.Look;
import java.util.List;

/** What tells whether a PostgreSQL server is well. */
final class PostgresLooks {
  private static final long MANY_DEAD = 50_000;
  private static final long LONG_SECONDS = 300;
  private static final String ADVICE_DEAD =
      "Claims read over dead rows: end long transactions, and let autovacuum run (is it on, and not"
          + " blocked?); VACUUM helps at once.";
  private static final String ADVICE_LONG =
      "It keeps dead rows from being removed, so that claims get slower and slower: end it"
          + " (pg_stat_activity shows it), and set idle_in_transaction_session_timeout.";

  private PostgresLooks() {}

  static List<Look> all(Sql sql) {
    String table = sql.of("{delivery}").replace("'", "''");
    return List.of(
        new Look(
            "dead rows",
            "SELECT coalesce(max(n_dead_tup), 0), coalesce(max(n_dead_tup), 0) || ' beside '"
                + " || coalesce(max(n_live_tup), 0) || ' deliveries' FROM pg_stat_user_tables"
                + " WHERE relid = to_regclass('"
                + table
                + "')",
            (name, value, text) -> HealthCheck.of(name, text, value > MANY_DEAD, ADVICE_DEAD)),
        new Look(
            "oldest transaction",
            "SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::bigint,"
                + " coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::bigint"
                + " || ' s' FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND backend_type = 'client backend'",
            (name, value, text) -> HealthCheck.of(name, text, value > LONG_SECONDS, ADVICE_LONG)),
        setting(
            "autovacuum",
            "Nothing removes dead rows, so that claims get slower and slower: turn it on, or run"
                + " VACUUM often."),
        setting("fsync", "The server may lose or damage what it confirmed at a crash: turn it on."),
        setting("full_page_writes", "A crash of the machine may damage the database: turn it on."),
        setting(
            "synchronous_commit",
            "Published events may be lost at a crash of the server, acked deliveries come again:"
                + " turn it on for publishers."));
  }

  private static Look setting(String setting, String advice) {
    String value = "current_setting('" + setting + "')";
    return new Look(
        setting,
        "SELECT CASE WHEN " + value + " = 'off' THEN 1 ELSE 0 END, " + value,
        (name, off, text) -> HealthCheck.of(name, text, off == 1, advice));
  }
}
