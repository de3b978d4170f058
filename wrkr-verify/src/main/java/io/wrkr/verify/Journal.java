package io.wrkr.verify;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Where records go: append-only. Thread-safe.
 *
 * <p>Records of one journal share numbers: {@link #reserve} gives the operations theirs, by which
 * invoke and completion are paired, and {@link #text} those of queues, names and patterns.
 */
abstract class Journal implements AutoCloseable {
  private static final int TEXT_BYTES_PER_RECORD = 4 * Long.BYTES;

  private final Map<String, Integer> texts = new HashMap<>();
  private final long[] words = new long[Entry.WORDS];
  private long next = 1;

  /** Returns the first of {@code count} operation numbers. */
  synchronized long reserve(int count) {
    long first = next;
    next += count;
    return first;
  }

  synchronized void append(Entry entry) {
    entry.encode(words, 0);
    write(words);
  }

  /** Returns the number of a text, and writes the text when it is new. */
  synchronized int text(String text) {
    Integer known = texts.get(text);
    if (known != null) {
      return known;
    }
    int number = texts.size();
    texts.put(text, number);
    writeText(text.getBytes(StandardCharsets.UTF_8), number);
    return number;
  }

  /** Appends one record; called by one thread at a time, the array is reused. */
  abstract void write(long[] record);

  @Override
  public abstract void close();

  private void writeText(byte[] bytes, int number) {
    int part = 0;
    for (int at = 0; at == 0 || at < bytes.length; at += TEXT_BYTES_PER_RECORD) {
      Entry entry = Entry.point(Op.TEXT, number).item(part++);
      entry.encode(words, 0);
      words[2] = bytes.length;
      for (int i = 0; i < TEXT_BYTES_PER_RECORD; i++) {
        int word = 3 + i / Long.BYTES;
        long octet = at + i < bytes.length ? bytes[at + i] & 0xffL : 0;
        words[word] = (i % Long.BYTES == 0 ? 0 : words[word]) | octet << 8 * (i % Long.BYTES);
      }
      write(words);
    }
  }
}
