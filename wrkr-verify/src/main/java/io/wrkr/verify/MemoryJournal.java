package io.wrkr.verify;

import java.util.Arrays;

/** A journal in an array, for histories made and checked in one process. */
final class MemoryJournal extends Journal implements Words {
  private long[] words = new long[512 * Entry.WORDS];
  private int length;

  @Override
  void write(long[] record) {
    if (length == words.length) {
      words = Arrays.copyOf(words, 2 * words.length);
    }
    System.arraycopy(record, 0, words, length, Entry.WORDS);
    length += Entry.WORDS;
  }

  @Override
  public int records() {
    return length / Entry.WORDS;
  }

  @Override
  public long word(int record, int word) {
    return words[record * Entry.WORDS + word];
  }

  @Override
  public void close() {}
}
