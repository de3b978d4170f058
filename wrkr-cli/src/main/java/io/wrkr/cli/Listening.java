package io.wrkr.cli;

import io.wrkr.Delivery;
import io.wrkr.Queue;
import io.wrkr.Subscription;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Works on a queue until told to end, the count is reached, or nobody reads on.
 *
 * <p>A worker takes whatever its queue holds, so this one handles every pattern that the queue is
 * subscribed to, also those that come while it runs.
 */
final class Listening {
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Console console;
  private final String name;
  private final @Nullable Long count;
  private final ListenNotices notices;
  private final Set<String> handled = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private @Nullable Quota quota;

  Listening(Console console, String name, @Nullable Long count) {
    this.console = console;
    this.name = name;
    this.count = count;
    this.notices = new ListenNotices(console);
  }

  ListenNotices notices() {
    return notices;
  }

  /** Returns the exit code. */
  int run(Wrkr wrkr, List<String> patterns, Work work) throws InterruptedException {
    Queue queue = wrkr.queue(name);
    quota = count == null ? null : new Quota(count, queue, () -> end.complete(ExitCode.OK));
    Set<String> all = new LinkedHashSet<>(patterns);
    all.addAll(subscribed(wrkr));
    if (all.isEmpty()) {
      throw new NothingFoundException(
          "queue '"
              + Text.shortened(name, 60)
              + "' has no subscription: give a pattern, such as 'ourapp.user.*', or '#' for all");
    }
    handle(queue, all, work);
    notices.onUnhandled(() -> handle(queue, subscribed(wrkr), work));
    console.shutdown().onRequest(() -> end.complete(ExitCode.INTERRUPTED));
    wrkr.start();
    if (console.err().isTerminal()) {
      console.say("queue " + name + " holds " + String.join(", ", all) + "; Ctrl-C ends");
    }
    return drained(wrkr, code());
  }

  private int code() throws InterruptedException {
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    }
  }

  private int drained(Wrkr wrkr, int code) {
    if (!wrkr.stop(GRACE)) {
      console.say("what still ran after " + GRACE.toSeconds() + " s was ended and given back");
    }
    return code;
  }

  private Collection<String> subscribed(Wrkr wrkr) {
    try {
      return wrkr.admin().subscriptions().stream()
          .filter(each -> each.queue().equals(name))
          .map(Subscription::pattern)
          .toList();
    } catch (UnsupportedCapabilityException e) {
      return List.of();
    }
  }

  private void handle(Queue queue, Collection<String> patterns, Work work) {
    for (String pattern : patterns) {
      if (handled.add(pattern)) {
        queue.on(pattern, delivery -> handle(delivery, work));
      }
    }
  }

  private void handle(Delivery delivery, Work work) throws Exception {
    try {
      if (quota == null) {
        work.isDone(delivery);
      } else {
        handle(delivery, work, quota);
      }
    } catch (OutputClosedException e) {
      end.completeExceptionally(e);
      delivery.release(Duration.ZERO);
    }
  }

  private static void handle(Delivery delivery, Work work, Quota quota) throws Exception {
    if (!quota.take()) {
      delivery.release(Duration.ZERO);
      return;
    }
    boolean acked = false;
    try {
      acked = work.isDone(delivery) && delivery.ack();
    } finally {
      if (acked) {
        quota.acked();
      } else {
        quota.giveBack();
      }
    }
  }
}
