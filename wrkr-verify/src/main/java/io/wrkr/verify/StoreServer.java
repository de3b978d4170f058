package io.wrkr.verify;

/** A store to run against, and what can be done to its server. */
interface StoreServer extends AutoCloseable {
  /** A short name for reports. */
  String name();

  /** Returns the URI of a bus of its own, reached through {@code port}, or directly if 0. */
  String uri(int bus, int port);

  /** Returns the port where the server listens, or 0 if there is none to stand in front of. */
  int port();

  /** Tells whether {@link #kill} and {@link #pause} can be done. */
  boolean canKill();

  /** Ends the server by SIGKILL, and returns when it has ended. */
  void kill();

  /** Starts the server again on the same data, and returns when it answers. */
  void restart();

  /** Stops the server by SIGSTOP for so many milliseconds; returns at once. */
  void pause(long millis);

  /** Tells whether there is such a thing as a primary that {@link #stepDown steps down}. */
  default boolean canStepDown() {
    return false;
  }

  /**
   * Makes the server give up being the one that takes writes, for a second or so, and returns when
   * it takes them again; false if it did not.
   */
  default boolean stepDown() {
    return false;
  }

  /** Removes what a bus stored, where the server outlives the run. */
  void remove(int bus);

  @Override
  void close();
}
