package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search for passwords at the end of a build finds one. */
class LeaksTest {
  @TempDir private Path folder;

  @Test
  void report_that_shows_the_password_fails_the_build_and_is_named() throws Exception {
    write("good.txt", "refused user u");
    write("bad.txt", "jdbc:postgresql://h/x?password=" + GuardedServer.PASSWORD);

    Process search = search(folder);

    assertThat(said(search)).contains("bad.txt").doesNotContain("good.txt");
    assertThat(search.waitFor()).isEqualTo(1);
  }

  @Test
  void reports_without_it_pass() throws Exception {
    write("good.txt", "refused user u");

    Process search = search(folder);

    assertThat(said(search)).isEmpty();
    assertThat(search.waitFor()).isZero();
  }

  @Test
  void folder_that_is_not_there_is_no_success() throws Exception {
    assertThat(search(folder.resolve("none")).waitFor()).isEqualTo(2);
  }

  private static Process search(Path what) throws IOException {
    return new ProcessBuilder("bash", "../.ci/leaks", what.toString()).start();
  }

  private static String said(Process search) throws IOException {
    return new String(search.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
