package io.wrkr.spi;

/** Something that goes on until it is closed; closing is idempotent. */
public interface Registration extends AutoCloseable {
  @Override
  void close();
}
