package io.wrkr.verify;

import java.util.ArrayList;
import java.util.List;

/**
 * A simulated process: its tasks run while it lives, wait while it is paused, and are gone when it
 * crashed.
 */
final class Host {
  private final EventLoop loop;
  private final List<Runnable> held = new ArrayList<>();
  private boolean alive = true;
  private boolean paused;

  Host(EventLoop loop) {
    this.loop = loop;
  }

  boolean isAlive() {
    return alive;
  }

  boolean isPaused() {
    return paused;
  }

  void after(long micros, Runnable work) {
    loop.after(micros, () -> run(work));
  }

  /** Ends the process: nothing of it runs any more. */
  void crash() {
    alive = false;
    held.clear();
  }

  /** Holds all tasks until {@link #resume}. */
  void pause() {
    paused = true;
  }

  /** Runs what was held, stale as it may be. */
  void resume() {
    paused = false;
    List<Runnable> stale = List.copyOf(held);
    held.clear();
    stale.forEach(work -> loop.after(0, () -> run(work)));
  }

  private void run(Runnable work) {
    if (alive && paused) {
      held.add(work);
    } else if (alive) {
      work.run();
    }
  }
}
