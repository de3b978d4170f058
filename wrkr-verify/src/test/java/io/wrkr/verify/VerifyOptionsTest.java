package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How {@code ./verify} reads its arguments. */
class VerifyOptionsTest {
  @Test
  void all_durable_stores_are_run_by_default() throws VerifyOptions.Wrong {
    VerifyOptions options = VerifyOptions.parse(List.of(), 7);

    assertThat(options.buses()).containsExactly("sqlite", "postgresql", "mariadb", "mongodb");
    assertThat(options.seed()).isEqualTo(7);
  }

  @Test
  void given_arguments_are_read() throws VerifyOptions.Wrong {
    VerifyOptions options =
        VerifyOptions.parse(
            List.of("--minutes", "60", "--bus", "sqlite:x.db", "--seed", "3", "--keep"), 7);

    assertThat(options.length()).isEqualTo(Duration.ofHours(1));
    assertThat(options.buses()).containsExactly("sqlite:x.db");
    assertThat(options.seed()).isEqualTo(3);
    assertThat(options.keep()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "--minutes, needs a value",
    "--minutes none, needs a number above 0",
    "--minutes 0, needs a number above 0",
    "--minutes NaN, needs a number above 0",
    "--forever, unknown argument --forever",
    "--bus oracle, needs one of",
    "--bus memory:, does not outlive a kill",
    "--bus mongodb://127.0.0.1/x?prefix=mine, takes no prefix",
    "--bus amqp://127.0.0.1, names no store",
    "--bus mqtt://127.0.0.1?store=memory:, does not outlive a kill",
    "--bus amqp://127.0.0.1?store=sqlite:x.db&exchange=mine, takes no prefix"
  })
  void wrong_arguments_are_refused_with_the_reason(String line, String reason) {
    assertThatThrownBy(() -> VerifyOptions.parse(List.of(line.split(" ")), 1))
        .isInstanceOf(VerifyOptions.Wrong.class)
        .hasMessageContaining(reason);
  }

  @Test
  void password_of_a_wrong_uri_is_not_shown() {
    assertThatThrownBy(
            () -> VerifyOptions.parse(List.of("--bus", "oracle://u:S3cr3t-canary@h/x"), 1))
        .hasMessageNotContaining("S3cr3t");
  }
}
