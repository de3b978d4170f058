package io.wrkr.cli;

import java.util.concurrent.Callable;

/** A command with its surroundings. Its call returns the exit code. */
abstract class Action implements Callable<Integer> {
  final Root root;
  final Console console;

  Action(Root root) {
    this.root = root;
    this.console = root.console();
  }

  @Override
  public abstract Integer call() throws Exception;
}
