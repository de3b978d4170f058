package io.wrkr.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant NOW = Instant.parse("2026-11-21T09:30:00Z");

  @Nested
  class Reading {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "* * * * *|0 * * * * ?",
          "*/15 * * * *|0 0,15,30,45 * * * ? *",
          "5/20 8-10 * * *|0 5,25,45 8,9,10 * * ?",
          "0 22-2 * * *|0 0 22,23,0,1,2 * * ?",
          "0 22-4/3 * * *|0 0 22,1,4 * * ?",
          "0 9 * * MON-FRI|0 0 9 ? * 2-6",
          "0 9 * * mon,Wed|0 0 9 ? * 2,4",
          "0 9 * * 1-5|0 0 9 ? * MON-FRI",
          "0 9 * * 0|0 0 9 ? * SUN",
          "0 9 * * 7|0 0 9 ? * 1",
          "0 9 * * 5-7|0 0 9 ? * FRI,SAT,SUN",
          "0 9 * * 5-1|0 0 9 ? * FRI-MON",
          "0 9 * * 7-2|0 0 9 ? * SUN-TUE",
          "0 9 * * 0-7|0 0 9 * * ?",
          "0 9 * * 0-7/2|0 0 9 ? * 1-7/2",
          "0 9 * * 7-7|0 0 9 ? * SUN",
          "0 9 * * 1-MON|0 0 9 ? * MON",
          "0 9 * * 6#2|0 0 9 ? * SAT#2",
          "0 9 * * 7L|0 0 9 ? * 1L",
          "0 9 ? * FRIL|0 0 9 ? * 6L",
          "0 9 1,15 * *|0 0 9 1,15 * ?",
          "0 9 L * ?|0 0 9 L * ?",
          "0 9 28-3 * *|0 0 9 28,29,30,31,1,2,3 * ?",
          "0 9 1 NOV-FEB *|0 0 9 1 11,12,1,2 ?",
          "0 9 1 */3 *|0 0 9 1 1,4,7,10 ?",
          "0 0 9 * * *|0 0 9 * * ?",
          "0 0 9 * * MON|0 0 9 ? * 2",
          "0 0 9 15 * *|0 0 9 15 * ?",
          "0 0 9 ? * L|0 0 9 ? * SAT",
          "'  0\t9  * * *  '|0 9 * * *",
          "@hourly|0 * * * *",
          "@daily|0 0 * * *",
          "@Midnight|0 0 * * *",
          "@weekly|0 0 * * SUN",
          "@monthly|0 0 1 * *",
          "@yearly|0 0 1 JAN *",
          "@annually|0 0 1 1 *",
        })
    void two_ways_to_write_it_fire_alike(String one, String other) {
      assertThat(fires(Cron.of(one, BERLIN), 300)).isEqualTo(fires(Cron.of(other, BERLIN), 300));
    }

    @Test
    void sunday_is_zero_in_five_fields_and_one_in_six() {
      assertThat(fires(Cron.of("0 9 * * 1", BERLIN), 1)).containsExactly("2026-11-23T08:00:00Z");
      assertThat(fires(Cron.of("0 0 9 ? * 1", BERLIN), 1)).containsExactly("2026-11-22T08:00:00Z");
    }

    @Test
    void year_ends_it() {
      Cron cron = Cron.of("0 0 0 1 1 ? 2027-2030/3", ZoneOffset.UTC);

      Instant first = cron.next(NOW).orElseThrow();
      assertThat(first).isEqualTo("2027-01-01T00:00:00Z");
      Instant second = cron.next(first).orElseThrow();
      assertThat(second).isEqualTo("2030-01-01T00:00:00Z");
      assertThat(cron.next(second)).isEmpty();
    }
  }

  @Nested
  class Next {
    @Test
    void is_strictly_after() {
      Cron cron = Cron.of("*/20 * * * * ?", BERLIN);

      assertThat(cron.next(Instant.parse("2026-11-21T09:30:19.999999999Z")))
          .contains(Instant.parse("2026-11-21T09:30:20Z"));
      assertThat(cron.next(Instant.parse("2026-11-21T09:30:20Z")))
          .contains(Instant.parse("2026-11-21T09:30:40Z"));
      assertThat(cron.next(Instant.parse("2026-11-21T09:30:20.000000001Z")))
          .contains(Instant.parse("2026-11-21T09:30:40Z"));
    }

    @Test
    void of_the_first_and_last_instants_there_are_is_no_failure() {
      Cron cron = Cron.of("@yearly", ZoneOffset.UTC);

      assertThat(cron.next(Instant.MIN)).contains(Instant.EPOCH);
      assertThat(cron.next(Instant.MAX)).isEmpty();
      assertThat(cron.next(Instant.parse("2500-01-01T00:00:00Z"))).isEmpty();
    }

    @Test
    void waits_for_the_leap_year() {
      assertThat(fires(Cron.of("0 0 29 2 *", ZoneOffset.UTC), 2))
          .containsExactly("2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z");
    }

    @Test
    void is_the_same_from_many_threads() {
      Cron cron = Cron.of("*/7 3,9 * * MON-FRI", BERLIN);
      List<Instant> after =
          IntStream.range(0, 20_000).mapToObj(i -> NOW.plus(Duration.ofMinutes(37L * i))).toList();

      assertThat(after.parallelStream().map(cron::next).toList())
          .isEqualTo(after.stream().map(cron::next).toList());
    }
  }

  @Nested
  class Text {
    @Test
    void is_read_back_as_the_same_rule() {
      Cron cron = Cron.of(" 0  9 * * mon-fri", BERLIN);

      assertThat(cron.text()).contains("cron 0 9 * * mon-fri Europe/Berlin");
      assertThat(new CronParser().parse("0 9 * * mon-fri Europe/Berlin"))
          .isEqualTo(cron)
          .hasSameHashCodeAs(cron)
          .hasToString("cron 0 9 * * mon-fri Europe/Berlin");
      assertThat(new CronParser().parse("@daily +02:00"))
          .isEqualTo(Cron.of("@daily", ZoneOffset.ofHours(2)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@daily", "0 9 * * MON-FRI", "@daily Europe/Berlln", "@daily "})
    void without_a_known_zone_is_refused(String rule) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new CronParser().parse(rule))
          .withMessageContaining("Europe/Berlin");
    }
  }

  @Nested
  class Refused {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "* * * *|has 4 fields",
          "0 0 0 1 1 ? 2027 1|has 8 fields",
          "@reboot|is no nickname",
          "60 * * * *|minute '60'",
          "* 24 * * *|hour '24'",
          "0 0 32 * *|day of month '32'",
          "0 0 0 * *|day of month '0'",
          "0 0 * 13 *|month '13'",
          "0 0 * FOO *|month 'FOO'",
          "0 0 * * 0-70|day of week '0-70'",
          "0 0 * * 8|day of week '8'",
          "0 0 * * MON-|day of week 'MON-'",
          "0 0 0 ? * 0|day of week '0'",
          "0 0 0 ? * MON,|day of week ''",
          "0 0 0 1 1 ? 1969|year '1969'",
          "0 0 0 1 1 ? 2030-2027|ends before it begins",
          "*/0 * * * *|minute '*/0'",
          "*/61 * * * *|no step from 1 to 60",
          "1-5X * * * *|minute '1-5X'",
          "99999999999 * * * *|minute '99999999999'",
          "-1 * * * *|minute '-1'",
          "? * * * *|minute '?'",
          "0 0 ? * ?|give one",
          "0 0 15 * MON|make two recurrences",
          "0 0 9 * * 2-6|counts from 1 = Sunday",
          "0 0 L-31 * *|day of month 'L-31'",
          "0 0 1W,15W * *|day of month '1W'",
          "0 0 32W * *|day of month '32W'",
          "0 0 L-2,3 * *|day of month 'L-2'",
          "0 0 * * L|day of week 'L'",
          "0 0 * * 5#6|day of week '5#6'",
          "0 0 * * 1#1,2|day of week '1#1'",
          "0 0 30 2 *|never fires",
          "0 0 31 4,6,9,11 *|never fires",
          "0 0 31W 2 *|never fires",
          "0 0 0 29 2 ? 2027|never fires",
        })
    void with_text_reason_and_three_examples(String expression, String reason) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Cron.of(expression, BERLIN))
          .withMessageContainingAll(
              "'" + expression + "'", reason, "'0 9 * * MON-FRI'", "'0 */10 8-17 ?", "'@daily'");
    }

    @Test
    void when_missing_or_too_long_or_unprintable() {
      assertThatIllegalArgumentException().isThrownBy(() -> Cron.of(null, BERLIN));
      assertThatIllegalArgumentException().isThrownBy(() -> Cron.of(" \t", BERLIN));
      assertThatIllegalArgumentException().isThrownBy(() -> Cron.of("@daily", null));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Cron.of(" ".repeat(120) + "@daily   ", BERLIN))
          .withMessageContaining("longer than 128");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Cron.of("0 9 * * \u001b[31mMON", BERLIN))
          .withMessageContaining("\\u001b");
    }

    @Test
    void examples_given_in_refusals_are_valid() {
      assertThat(fires(Cron.of("0 */10 8-17 ? * MON-FRI", BERLIN), 1))
          .containsExactly("2026-11-23T07:00:00Z");
    }
  }

  private static List<String> fires(Cron cron, int count) {
    return Stream.iterate(cron.next(NOW), at -> at.isPresent(), at -> cron.next(at.get()))
        .limit(count)
        .map(at -> at.get().toString())
        .toList();
  }
}
