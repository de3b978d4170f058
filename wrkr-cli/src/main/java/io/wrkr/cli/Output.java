package io.wrkr.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * One of the program's output streams, in UTF-8 whatever the locale. Lines of several threads do
 * not mix. Thread-safe.
 */
final class Output {
  private final OutputStream stream;
  private final boolean terminal;

  Output(OutputStream stream, boolean terminal) {
    this.stream = stream;
    this.terminal = terminal;
  }

  boolean isTerminal() {
    return terminal;
  }

  /** Writes a line at once. */
  void line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    write(bytes, bytes.length);
  }

  /** Writes bytes as they are, at once. */
  synchronized void write(byte[] bytes, int length) {
    try {
      stream.write(bytes, 0, length);
      stream.flush();
    } catch (IOException e) {
      throw new OutputClosedException(e);
    }
  }

  /** Returns a writer for a library's texts, which never fails. */
  PrintWriter writer() {
    return new PrintWriter(new OutputStreamWriter(stream, StandardCharsets.UTF_8), true);
  }
}
