package io.wrkr.cli;

import io.wrkr.Delivery;

/** Prints a line for each delivery. One that could not be printed was not handled. */
final class PrintWork implements Work {
  private final Console console;

  PrintWork(Console console) {
    this.console = console;
  }

  @Override
  public boolean isDone(Delivery delivery) {
    console.out().line(DeliveryLine.of(delivery));
    return true;
  }
}
