package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** URIs bent at random: read or refused, and never shown with their password. */
class JdbcUriFuzzTest {
  private static final String CANARY = "S3cr3t-canary";

  private static final List<String> PIECES =
      List.of(
          "jdbc:",
          "postgresql:",
          "mariadb:",
          "mysql:",
          "h2:",
          "sqlite:",
          "//",
          "127.0.0.1",
          "[::1]",
          ":5432",
          ":99999",
          "/",
          "test",
          "?",
          "&",
          ";",
          "=",
          "user=root",
          "prefix=",
          "prefix=wrkr",
          "prefix=x\"; DROP TABLE y; --",
          "schema=a",
          "synchronous=normal",
          "connections=4",
          "connections=-1",
          "connections=99999999999",
          "init=RUNSCRIPT FROM 'x'",
          "socketFactory=x.Y",
          "allowMultiQueries=true",
          "%",
          "%41",
          "%zz",
          "\u0000",
          "\n",
          "'",
          "&password=" + CANARY + "&",
          "&user=u&password=" + CANARY + "&");

  @Test
  void any_text_is_read_or_refused_without_its_password() {
    SplittableRandom random = new SplittableRandom(20261121);
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder uri = new StringBuilder(i % 2 == 0 ? "jdbc:postgresql://127.0.0.1/test?" : "");
      for (int n = random.nextInt(8); n > 0; n--) {
        uri.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      try {
        String shown = JdbcUri.parse(uri.toString()).shown();
        // Elsewhere than among the options nobody can tell it from an address.
        assertThat(i % 2 == 0 && shown.contains(CANARY)).as(shown).isFalse();
        read++;
      } catch (IllegalArgumentException e) {
        assertThat(String.valueOf(e.getMessage())).doesNotContain(CANARY);
      }
    }
    assertThat(read).isBetween(1_000, 99_000);
  }
}
