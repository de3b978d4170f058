package io.wrkr.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.cli.Cli.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that look after a store. */
class DoctorTest {
  @TempDir Path folder;

  @Test
  void the_schema_is_printed_without_connecting() {
    Outcome outcome =
        Cli.runAlone(
            "schema", "--print", "--bus", "jdbc:postgresql://nowhere/db?prefix=mail&schema=app");

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out())
        .contains("CREATE TABLE IF NOT EXISTS \"app\".\"mail_delivery\" (")
        .endsWith(
            "INSERT INTO \"app\".\"mail_meta\" (id, schema_version, subscription_version)"
                + " VALUES (1, 1, 0);\n");
  }

  @Test
  void a_store_without_a_schema_says_so() {
    Outcome outcome = Cli.runAlone("schema", "--bus", "memory:");

    assertThat(outcome.code()).isEqualTo(ExitCode.NOTHING_FOUND);
    assertThat(outcome.err()).contains("needs no schema");
  }

  @Test
  void the_schema_is_created_and_the_doctor_finds_it_well() {
    String bus = "sqlite:" + folder.resolve("wrkr.db");

    assertThat(Cli.runAlone("schema", "--bus", bus).code()).isZero();
    Outcome people = Cli.runAlone("doctor", "--bus", bus);
    Outcome programs = Cli.runAlone("doctor", "--bus", bus, "--json");

    assertThat(people.code()).isZero();
    assertThat(people.out()).contains("schema", "clock", "claim time", "oldest ready delivery");
    assertThat(programs.lines())
        .anySatisfy(line -> assertThat(line).contains("\"check\":\"clock\""))
        .allSatisfy(Json::check);
  }
}
