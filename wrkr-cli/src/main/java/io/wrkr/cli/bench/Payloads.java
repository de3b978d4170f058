package io.wrkr.cli.bench;

import java.util.Random;

/** Payloads of a given size. */
final class Payloads {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private Payloads() {}

  /** Returns text that is so many bytes as JSON, its quotes included. */
  static String of(int bytes) {
    Random random = new Random(bytes);
    StringBuilder text = new StringBuilder();
    for (int i = 2; i < bytes; i++) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }
}
