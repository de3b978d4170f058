package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.wrkr.Subscription;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a file is said clearly, loses nothing, and is over when it is put right. */
class SqliteFailuresTest {
  @TempDir Path directory;

  @Test
  void a_missing_directory_is_named() {
    assertThatThrownBy(() -> JdbcBackend.sqlite(directory.resolve("none/wrkr.db")))
        .isInstanceOf(BackendException.class)
        .hasMessageContaining("directory")
        .hasMessageContaining("none");
  }

  @Test
  void a_file_of_another_kind_is_refused_and_left_alone() throws IOException {
    Path file = directory.resolve("letter.txt");
    String letter = "Dear reader, ".repeat(500);
    Files.writeString(file, letter);

    BackendException failure = failureOf(() -> JdbcBackend.sqlite(file).close());

    assertThat(failure.outcome()).isEqualTo(Outcome.FATAL);
    assertThat(failure).hasMessageContaining("not an SQLite database");
    assertThat(file).hasContent(letter);
  }

  @Test
  void tables_of_a_newer_version_are_refused() throws SQLException {
    Path file = directory.resolve("wrkr.db");
    JdbcBackend.sqlite(file).close();
    try (Connection connection = connect(file);
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE wrkr_meta SET schema_version = 99");
    }

    BackendException failure = failureOf(() -> JdbcBackend.sqlite(file).close());

    assertThat(failure.outcome()).isEqualTo(Outcome.FATAL);
    assertThat(failure).hasMessageContaining("99").hasMessageContaining("newer wrkr-jdbc");
  }

  @Test
  void an_unsafe_version_of_sqlite_is_refused() {
    assertThatThrownBy(() -> SqliteFile.requireSafeVersion("3.51.2"))
        .hasMessageContaining("3.51.2")
        .hasMessageContaining("sqlite-jdbc");
    assertThat(List.of("3.51.3", "3.53.0", "4.0"))
        .allSatisfy(version -> SqliteFile.requireSafeVersion(version));
  }

  @Test
  void a_file_locked_by_another_program_fails_in_bounded_time_and_works_afterwards()
      throws SQLException {
    Path file = directory.resolve("wrkr.db");
    try (JdbcBackend backend = JdbcBackend.sqlite(file)) {
      backend.subscribe(new Subscription("q", "#"), false);
      try (Connection other = connect(file);
          Statement statement = other.createStatement()) {
        statement.execute("BEGIN IMMEDIATE");

        BackendException failure = failureOf(() -> backend.publish(Events.of("refused")));

        assertThat(failure.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(failure).hasMessageContaining("another program");
        statement.execute("ROLLBACK");
      }

      backend.publish(Events.of("accepted"));

      assertThat(Events.claim(backend, "q")).containsExactly("accepted");
    }
  }

  @Test
  void a_full_disk_refuses_what_does_not_fit_and_keeps_the_rest() {
    Path file = directory.resolve("wrkr.db");
    AtomicInteger pages = new AtomicInteger(60);
    try (JdbcBackend backend = JdbcBackend.of(limited(file, pages))) {
      backend.subscribe(new Subscription("q", "#"), false);
      backend.publish(Events.of("first"));

      BackendException failure = failureOf(() -> backend.publish(Events.sized("large", 1_000_000)));

      assertThat(failure.outcome()).isEqualTo(Outcome.FAILED);
      assertThat(failure).hasMessageContaining("disk is full");
      backend.publish(Events.of("second"));
      assertThat(Events.claim(backend, "q")).containsExactly("first", "second");
    }
  }

  /** Returns a source whose connections let the file grow to so many pages only. */
  private static DataSource limited(Path file, AtomicInteger pages) {
    return (DataSource)
        Proxy.newProxyInstance(
            DataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              Connection connection = connect(file);
              try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA max_page_count = " + pages.get());
              }
              return connection;
            });
  }

  private static Connection connect(Path file) throws SQLException {
    return DriverManager.getConnection("jdbc:sqlite:" + file);
  }

  private static BackendException failureOf(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    return catchThrowableOfType(BackendException.class, call);
  }
}
