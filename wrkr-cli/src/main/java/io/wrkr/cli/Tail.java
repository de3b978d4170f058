package io.wrkr.cli;

import java.nio.charset.StandardCharsets;

/** The end of what a command said. Thread-safe. */
final class Tail {
  private static final int SIZE = 400;

  private final byte[] ring = new byte[SIZE];
  private long count;

  synchronized void add(byte[] bytes, int length) {
    int from = Math.max(0, length - SIZE);
    count += from;
    for (int i = from; i < length; i++) {
      ring[(int) (count++ % SIZE)] = bytes[i];
    }
  }

  /** Returns it on one line. */
  synchronized String text() {
    int length = (int) Math.min(count, SIZE);
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = ring[(int) ((count - length + i) % SIZE)];
    }
    String text = new String(bytes, StandardCharsets.UTF_8).strip();
    return (count > SIZE ? "…" : "") + Text.shown(text.replace("\n", " | "));
  }
}
