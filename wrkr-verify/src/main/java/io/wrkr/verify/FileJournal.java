package io.wrkr.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A journal in a file of its own, mapped into memory: a record costs no call of the system.
 *
 * <p>What was written survives the end of the process by any signal, since it is in the page cache;
 * a record cut in two by it is found by its checksum and left out when the file is read, and so are
 * the zeros after it, for the file grows by pieces.
 */
final class FileJournal extends Journal {
  private static final int SUMMED_BYTES = Entry.BYTES - Integer.BYTES;
  private static final int PIECE = 1 << 20;

  private final FileChannel channel;
  private MappedByteBuffer piece;
  private long pieceBegins;

  private FileJournal(FileChannel channel) throws IOException {
    this.channel = channel;
    this.piece = map(0);
  }

  /** Creates the file, which must not exist. */
  static FileJournal create(Path file) {
    try {
      return new FileJournal(
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot create the journal " + file, e);
    }
  }

  private MappedByteBuffer map(long from) throws IOException {
    MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, from, PIECE);
    mapped.order(ByteOrder.BIG_ENDIAN);
    return mapped;
  }

  @Override
  void write(long[] record) {
    if (!piece.hasRemaining()) {
      grow();
    }
    int at = piece.position();
    for (long word : record) {
      piece.putLong(word);
    }
    piece.putInt(at + SUMMED_BYTES, checksum(piece, at));
  }

  private void grow() {
    try {
      piece = map(pieceBegins + PIECE);
      pieceBegins += PIECE;
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
  public synchronized void close() {
    try (channel) {
      if (channel.isOpen()) {
        channel.truncate(pieceBegins + piece.position());
        // Beyond its end a mapped file must not be touched.
        piece.limit(piece.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close the journal", e);
    }
  }
}
