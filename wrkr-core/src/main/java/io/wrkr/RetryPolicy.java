package io.wrkr;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether and when a delivery that was not handled is tried again. Immutable: every setter returns
 * a new policy.
 *
 * <p>The wait after attempt <i>n</i> is {@code firstDelay × multiplier^(n-1)}, at most {@code
 * maxDelay}, times a random factor between {@code 1 - jitter} and {@code 1 + jitter}. After {@code
 * maxAttempts} attempts, lost ones included, the delivery becomes a dead letter.
 */
public final class RetryPolicy {
  /** Attempts of {@link #exponential} and {@link #fixed} unless set: {@value}. */
  public static final int DEFAULT_MAX_ATTEMPTS = 20;

  /** The first wait of {@link #exponential} unless set: one second. */
  public static final Duration DEFAULT_FIRST_DELAY = Duration.ofSeconds(1);

  /** The longest wait of {@link #exponential} unless set: 13 hours. */
  public static final Duration DEFAULT_MAX_DELAY = Duration.ofHours(13);

  /** The jitter of {@link #exponential} unless set: {@value}. */
  public static final double DEFAULT_JITTER = 0.1;

  private final int maxAttempts;
  private final Duration firstDelay;
  private final Duration maxDelay;
  private final double multiplier;
  private final double jitter;
  private final List<Class<? extends Throwable>> giveUpOn;

  private RetryPolicy(
      int maxAttempts, Duration firstDelay, Duration maxDelay, double multiplier, double jitter) {
    this(maxAttempts, firstDelay, maxDelay, multiplier, jitter, List.of());
  }

  private RetryPolicy(
      int maxAttempts,
      Duration firstDelay,
      Duration maxDelay,
      double multiplier,
      double jitter,
      List<Class<? extends Throwable>> giveUpOn) {
    this.maxAttempts = maxAttempts;
    this.firstDelay = firstDelay;
    this.maxDelay = maxDelay;
    this.multiplier = multiplier;
    this.jitter = jitter;
    this.giveUpOn = giveUpOn;
  }

  /**
   * Doubles the wait: 1 s, 2 s, 4 s … 9 h, then 13 h; 20 attempts over about 57 hours, with a
   * jitter of a tenth.
   */
  public static RetryPolicy exponential() {
    return new RetryPolicy(
        DEFAULT_MAX_ATTEMPTS, DEFAULT_FIRST_DELAY, DEFAULT_MAX_DELAY, 2.0, DEFAULT_JITTER);
  }

  /** Waits the same time before each of 20 attempts, without jitter. */
  public static RetryPolicy fixed(Duration delay) {
    Durations.requireNotNegative("retry delay", delay);
    return new RetryPolicy(DEFAULT_MAX_ATTEMPTS, delay, Durations.MAX, 1.0, 0.0);
  }

  /** Never tries again: what fails once is a dead letter. */
  public static RetryPolicy none() {
    return new RetryPolicy(1, Duration.ZERO, Durations.MAX, 1.0, 0.0);
  }

  /** Sets how often a delivery is claimed at most, the first time included; at least 1. */
  public RetryPolicy maxAttempts(int attempts) {
    if (attempts < 1) {
      throw new IllegalArgumentException("maxAttempts is " + attempts + ": give at least 1");
    }
    return new RetryPolicy(attempts, firstDelay, maxDelay, multiplier, jitter, giveUpOn);
  }

  /** Sets the wait after the first attempt. */
  public RetryPolicy firstDelay(Duration d) {
    Durations.requireNotNegative("first delay", d);
    return new RetryPolicy(maxAttempts, d, maxDelay, multiplier, jitter, giveUpOn);
  }

  /** Sets the longest wait, before jitter. */
  public RetryPolicy maxDelay(Duration d) {
    Durations.requireNotNegative("longest delay", d);
    return new RetryPolicy(maxAttempts, firstDelay, d, multiplier, jitter, giveUpOn);
  }

  /** Sets by what each wait is longer than the one before; at least 1. */
  public RetryPolicy multiplier(double m) {
    if (!(m >= 1 && m <= 1000)) {
      throw new IllegalArgumentException("The multiplier " + m + " is outside 1 to 1000");
    }
    return new RetryPolicy(maxAttempts, firstDelay, maxDelay, m, jitter, giveUpOn);
  }

  /** Sets by which part a wait may be shorter or longer, 0 to 1. */
  public RetryPolicy jitter(double fraction) {
    if (!(fraction >= 0 && fraction <= 1)) {
      throw new IllegalArgumentException("The jitter " + fraction + " is outside 0 to 1");
    }
    return new RetryPolicy(maxAttempts, firstDelay, maxDelay, multiplier, fraction, giveUpOn);
  }

  /** Makes a failure of this type, or with a cause of it, a dead letter at once. */
  public RetryPolicy giveUpOn(Class<? extends Throwable> type) {
    List<Class<? extends Throwable>> types =
        Stream.concat(giveUpOn.stream(), Stream.of(type)).toList();
    return new RetryPolicy(maxAttempts, firstDelay, maxDelay, multiplier, jitter, types);
  }

  int maxAttempts() {
    return maxAttempts;
  }

  boolean waits() {
    return maxAttempts > 1 && !(firstDelay.isZero() || maxDelay.isZero());
  }

  boolean givesUpOn(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 20; depth++) {
      Throwable each = cause;
      if (giveUpOn.stream().anyMatch(type -> type.isInstance(each))) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /**
   * Returns the wait after this attempt, or empty when it was the last.
   *
   * @param random from 0 to 1
   */
  Optional<Duration> waitAfter(int attempt, double random) {
    if (attempt >= maxAttempts) {
      return Optional.empty();
    }
    double millis =
        Math.min(
            (double) firstDelay.toMillis() * Math.pow(multiplier, Math.max(0, attempt - 1)),
            maxDelay.toMillis());
    double factor = 1 - jitter + 2 * jitter * random;
    long wait = (long) Math.ceil(millis * factor);
    return Optional.of(Durations.min(Duration.ofMillis(wait), Durations.MAX));
  }
}
