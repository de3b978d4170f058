package io.wrkr.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A journal's file, mapped; records from the first damaged one on are left out. */
final class MappedWords implements Words {
  private static final int RECORDS_PER_MAP = 1 << 24;

  private final ByteBuffer[] maps;
  private final int intact;
  private final int damagedBeforeIntact;

  private MappedWords(ByteBuffer[] maps, long records) {
    this.maps = maps;
    int good = 0;
    while (good < records && isIntact(good)) {
      good++;
    }
    this.intact = good;
    int later = 0;
    for (int i = good + 1; i < records; i++) {
      later += isIntact(i) ? 1 : 0;
    }
    this.damagedBeforeIntact = later;
  }

  static MappedWords open(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long records = channel.size() / Entry.BYTES;
      int count = (int) ((records + RECORDS_PER_MAP - 1) / RECORDS_PER_MAP);
      ByteBuffer[] maps = new ByteBuffer[count];
      for (int i = 0; i < count; i++) {
        long from = (long) i * RECORDS_PER_MAP;
        long length = Math.min(RECORDS_PER_MAP, records - from) * Entry.BYTES;
        maps[i] =
            channel
                .map(FileChannel.MapMode.READ_ONLY, from * Entry.BYTES, length)
                .order(ByteOrder.BIG_ENDIAN);
      }
      return new MappedWords(maps, records);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the journal " + file, e);
    }
  }

  @Override
  public int records() {
    return intact;
  }

  /** Tells whether intact records follow a damaged one: then it was not just a torn tail. */
  boolean isDamagedInside() {
    return damagedBeforeIntact > 0;
  }

  @Override
  public long word(int record, int word) {
    return maps[record / RECORDS_PER_MAP].getLong(offset(record) + word * Long.BYTES);
  }

  private boolean isIntact(int record) {
    ByteBuffer map = maps[record / RECORDS_PER_MAP];
    int at = offset(record);
    return map.getInt(at + Entry.BYTES - Integer.BYTES) == FileJournal.checksum(map, at);
  }

  private static int offset(int record) {
    return record % RECORDS_PER_MAP * Entry.BYTES;
  }
}
