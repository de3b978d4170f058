package io.wrkr.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A journal in a file of its own, one write per record.
 *
 * <p>What was written survives the end of the process by any signal, since it is in the page cache;
 * a record cut in two by it is found by its checksum and left out when the file is read.
 */
final class FileJournal extends Journal {
  private static final int SUMMED_BYTES = Entry.BYTES - Integer.BYTES;

  private final FileChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocateDirect(Entry.BYTES).order(ByteOrder.BIG_ENDIAN);

  private FileJournal(FileChannel channel) {
    this.channel = channel;
  }

  /** Creates the file, which must not exist. */
  static FileJournal create(Path file) {
    try {
      return new FileJournal(
          FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create the journal " + file, e);
    }
  }

  @Override
  void write(long[] record) {
    buffer.clear();
    for (long word : record) {
      buffer.putLong(word);
    }
    buffer.putInt(SUMMED_BYTES, checksum(buffer, 0));
    buffer.flip();
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write to the journal", e);
    }
  }

  /** Returns the checksum over the record that begins at {@code at}. */
  static int checksum(ByteBuffer bytes, int at) {
    CRC32C sum = new CRC32C();
    sum.update(bytes.duplicate().limit(at + SUMMED_BYTES).position(at));
    return (int) sum.getValue();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the journal", e);
    }
  }
}
