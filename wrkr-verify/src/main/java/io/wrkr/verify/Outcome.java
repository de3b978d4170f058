package io.wrkr.verify;

/** How an operation ended, as its caller saw it. */
enum Outcome {
  /** Done; the answer is recorded. */
  OK,
  /** Certainly not done. */
  FAIL,
  /** May have been done, may be done later, or never. */
  INFO;

  private static final Outcome[] ALL = values();

  static Outcome of(int ordinal) {
    return ALL[ordinal];
  }
}
