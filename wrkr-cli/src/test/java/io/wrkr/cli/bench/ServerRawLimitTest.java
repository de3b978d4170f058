package io.wrkr.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** That the raw limit writes and cleans up; how fast it is depends on the machine. */
class ServerRawLimitTest {
  @Test
  void only_the_drivers_options_reach_the_driver() {
    assertThat(ServerRawLimit.driverUri("jdbc:postgresql://h/d?user=u&prefix=p&ssl=true"))
        .isEqualTo("jdbc:postgresql://h/d?user=u&ssl=true");
    assertThat(ServerRawLimit.driverUri("jdbc:mariadb://h/d?connections=3&schema=s"))
        .isEqualTo("jdbc:mariadb://h/d");
    assertThat(ServerRawLimit.driverUri("jdbc:mariadb://h/d")).isEqualTo("jdbc:mariadb://h/d");
  }

  @Test
  void postgresql_is_measured_and_left_as_it_was() throws SQLException {
    measuresAndLeavesNothing(
        "WRKR_TEST_POSTGRESQL",
        "jdbc:postgresql://127.0.0.1:5432/test?user=root&password=S3cr3t-canary&connectTimeout=3");
  }

  @Test
  void mariadb_is_measured_and_left_as_it_was() throws SQLException {
    measuresAndLeavesNothing(
        "WRKR_TEST_MARIADB", "jdbc:mariadb://127.0.0.1:3306/test?user=root&connectTimeout=3000");
  }

  private static void measuresAndLeavesNothing(String variable, String fallback)
      throws SQLException {
    String uri = Optional.ofNullable(System.getenv(variable)).orElse(fallback);
    try (Connection connection = connect(uri, variable)) {
      RawLimit limit = RawLimits.of(new BenchPlan(uri, OptionalInt.of(250), 50, 100, 1, 2));

      limit.run(250);
      assertThat(limit.insert(250)).isPresent();
      String tables = ((ServerRawLimit) limit).tables();
      assertThat(has(connection, tables)).isTrue();
      limit.close();

      assertThat(has(connection, tables)).isFalse();
    }
  }

  private static boolean has(Connection connection, String tables) throws SQLException {
    try (ResultSet found = connection.getMetaData().getTables(null, null, tables + "%", null)) {
      return found.next();
    }
  }

  private static Connection connect(String uri, String variable) {
    try {
      return DriverManager.getConnection(uri);
    } catch (SQLException e) {
      String why = "not run: no server answers (" + e.getMessage() + "); set " + variable;
      System.out.println(why);
      return Assumptions.abort(why);
    }
  }
}
