package io.wrkr.cli;

import io.wrkr.spi.SystemSeam;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;

/** The one place where commands read the machine's clocks and start threads. */
@SystemSeam
final class Seam {
  private Seam() {}

  static long nanos() {
    return System.nanoTime();
  }

  static ZonedDateTime now(ZoneId zone) {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS).atZone(zone);
  }

  static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
