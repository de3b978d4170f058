package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes back from a journal's file, whole and damaged. */
class FileJournalTest {
  private static final String LONG_TEXT =
      "a name of more than thirty-two bytes, with an é and a 😀.b";

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void write_three_records() {
    file = folder.resolve("p1.journal");
    try (FileJournal journal = FileJournal.create(file)) {
      journal.append(Entry.point(Op.FAULT, journal.reserve(1)).name(journal.text(LONG_TEXT)));
      journal.append(Entry.invoke(Op.ACK, journal.reserve(1)).event(5).key(-7).value(1L << 60));
      journal.append(Entry.complete(Op.ACK, 2, Outcome.OK).yes(true));
    }
  }

  @Test
  void everything_written_is_read() {
    History history = HistoryLoader.ofFiles(List.of(file));

    assertThat(history.rows).isEqualTo(2);
    assertThat(history.nameText(0)).isEqualTo(LONG_TEXT);
    assertThat(history.eventKey(1)).isEqualTo(5);
    assertThat(history.key[1]).isEqualTo(-7);
    assertThat(history.value[1]).isEqualTo(1L << 60);
    assertThat(history.yes(1)).isTrue();
  }

  @Test
  void torn_tail_is_left_out_and_its_operation_is_of_unknown_outcome() throws IOException {
    truncate(file, 5);

    History history = HistoryLoader.ofFiles(List.of(file));

    assertThat(history.outcome[1]).isEqualTo(Outcome.INFO);
    assertThat(history.damaged).isFalse();
  }

  @Test
  void text_whose_end_is_missing_is_left_out() throws IOException {
    Path other = folder.resolve("p2.journal");
    try (FileJournal journal = FileJournal.create(other)) {
      journal.append(Entry.invoke(Op.ACK, journal.reserve(1)).event(6));
      journal.text(LONG_TEXT);
    }
    truncate(other, Entry.BYTES);

    History history = HistoryLoader.ofFiles(List.of(other));

    assertThat(history.rows).isEqualTo(1);
    assertThat(history.eventKey(0)).isEqualTo(6);
  }

  @Test
  void last_record_with_a_wrong_checksum_is_left_out() throws IOException {
    damage(Files.size(file) - 30);

    assertThat(HistoryLoader.ofFiles(List.of(file)).outcome[1]).isEqualTo(Outcome.INFO);
  }

  @Test
  void damage_before_intact_records_is_told() throws IOException {
    damage(Files.size(file) - Entry.BYTES - 30);

    History history = HistoryLoader.ofFiles(List.of(file));

    assertThat(history.damaged).isTrue();
    assertThat(Checker.check(history).doubts()).contains("a journal is damaged before its end");
  }

  @Test
  void texts_of_several_journals_are_joined() {
    Path other = folder.resolve("p2.journal");
    try (FileJournal journal = FileJournal.create(other)) {
      journal.text("something else");
      journal.append(Entry.point(Op.FAULT, journal.reserve(1)).name(journal.text(LONG_TEXT)));
    }

    History history = HistoryLoader.ofFiles(List.of(file, other));

    assertThat(history.name[2]).isEqualTo(history.name[0]);
  }

  private static void truncate(Path journal, int bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() - bytes);
    }
  }

  private void damage(long at) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {99}), at);
    }
  }
}
