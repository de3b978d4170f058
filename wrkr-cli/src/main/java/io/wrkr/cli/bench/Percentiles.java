package io.wrkr.cli.bench;

import java.util.Arrays;

/**
 * Milliseconds below which so many per cent of the samples lie.
 *
 * @param least the smallest sample
 * @param p50 the median
 * @param p99 the 99th percentile
 */
public record Percentiles(double least, double p50, double p99) {

  static Percentiles of(double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    return new Percentiles(sorted[0], at(sorted, 0.5), at(sorted, 0.99));
  }

  private static double at(double[] sorted, double part) {
    return sorted[(int) Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)];
  }
}
