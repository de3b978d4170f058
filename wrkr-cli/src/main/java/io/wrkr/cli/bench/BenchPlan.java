package io.wrkr.cli.bench;

import java.util.OptionalInt;

/**
 * What to measure.
 *
 * @param uri the bus
 * @param events events a measurement; empty for as many as take about two seconds
 * @param payload bytes of each payload
 * @param batch events a publish
 * @param publishers threads that publish
 * @param queues queues that each event is for
 */
public record BenchPlan(
    String uri, OptionalInt events, int payload, int batch, int publishers, int queues) {

  /** Checks the bounds. */
  public BenchPlan {
    require("--events", events.orElse(1), 1, 10_000_000);
    require("--payload", payload, 1, 15_000_000);
    require("--batch", batch, 1, 10_000);
    require("--publishers", publishers, 1, 256);
    require("--queues", queues, 1, 100);
  }

  private static void require(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + " " + value + " is outside " + least + " to " + most);
    }
  }
}
