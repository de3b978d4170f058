package io.wrkr.verify;

/**
 * One violation.
 *
 * @param invariant what was violated
 * @param event the dense number of the event, or -1
 * @param queue the queue's number, or -1
 * @param text what happened, in a sentence
 */
record Finding(Invariant invariant, int event, int queue, String text) {
  @Override
  public String toString() {
    return invariant + " (" + invariant.rule + "): " + text;
  }
}
