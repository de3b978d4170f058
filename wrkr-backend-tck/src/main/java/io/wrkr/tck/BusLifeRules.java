package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Handler;
import io.wrkr.Receipt;
import io.wrkr.RetryPolicy;
import io.wrkr.Wrkr;
import io.wrkr.WrkrListener;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The life of a bus. */
abstract class BusLifeRules extends BusScenario {
  @Test
  @Rule("LIFE-1")
  void starting_stopping_and_closing_twice_equal_once() {
    Wrkr bus = open();
    bus.queue("q").on("a", noting());

    bus.start();
    bus.start();
    bus.publish(Event.of("a").id("1"));
    assertThat(nextIds(1)).containsExactly("1");
    assertThat(bus.stop(Duration.ofSeconds(10))).isTrue();
    assertThat(bus.stop(Duration.ofSeconds(10))).isTrue();
    bus.close();

    assertThatCode(bus::close).doesNotThrowAnyException();
    assertThat(handled).isEmpty();
  }

  @Test
  @Rule("LIFE-2")
  void use_after_close_fails_and_says_so() {
    Wrkr bus = open();
    bus.close();

    List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
        List.of(
            () -> bus.publish(Event.of("a")),
            () -> bus.publish(List.of(Event.of("a"))),
            () -> bus.queue("q"),
            bus::admin,
            bus::start,
            () -> bus.subscribe("q", "a", noting()));
    assertThat(calls)
        .allSatisfy(
            call ->
                assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed"));
  }

  @Test
  @Rule("LIFE-2")
  void publishing_looking_and_declaring_work_before_start() {
    Wrkr bus = open();
    bus.queue("q").on("a", noting());

    assertThat(bus.publish(Event.of("a")).queues()).as("stored by start").isEmpty();
    bus.start();

    assertThat(bus.publish(Event.of("a")).queues()).containsExactly("q");
    next();
  }

  @Test
  @Rule("LIFE-6")
  void close_leaves_no_thread_behind() {
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    Wrkr bus = open();
    bus.queue("q").on("a", noting());
    bus.start();
    bus.publish(Event.of("a"));
    next();

    bus.close();

    Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
    left.removeAll(before);
    assertThat(left).allSatisfy(Await::end);
  }

  @Test
  @Rule("LIFE-10")
  void the_worker_survives_whatever_a_handler_throws() {
    List<Handler> handlers =
        List.of(
            d -> {
              throw new RuntimeException("runtime");
            },
            d -> {
              throw new Exception("checked");
            },
            d -> {
              throw new StackOverflowError();
            },
            d -> {
              throw new LinkageError("linkage");
            },
            d -> {
              throw new OutOfMemoryError("pretended");
            },
            d -> {
              throw new HostileException();
            },
            d -> {
              throw new InterruptedException();
            },
            d -> {
              throw new RuntimeException("\u0000 \ud800 \uD83D\uDE00 \n\r " + "x".repeat(100_000));
            },
            d -> Thread.currentThread().interrupt());
    int throwing = handlers.size() - 1;
    Wrkr bus = open();
    bus.queue("q")
        .concurrency(1)
        .retry(RetryPolicy.fixed(Duration.ZERO).maxAttempts(1))
        .on("good", noting())
        .on("bad", delivery -> handlers.get(Integer.parseInt(tid(delivery))).handle(delivery));
    bus.start();

    for (int i = 0; i <= throwing; i++) {
      bus.publish(Event.of("bad").id("e" + i).tid("" + i));
    }
    awaitTold(
        IntStream.rangeClosed(0, throwing)
            .mapToObj(i -> (i < throwing ? "DEAD_LETTERED e" : "ACKED e") + i)
            .toArray(String[]::new));
    bus.publish(Event.of("good").id("last"));

    assertThat(nextIds(1)).containsExactly("last");
  }

  private static String tid(Delivery delivery) {
    return delivery.event().tid().orElseThrow();
  }

  /** An exception that cannot even be asked what it is. */
  private static final class HostileException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    @Override
    public String getMessage() {
      throw new IllegalStateException("no message");
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no stack");
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no text");
    }
  }

  @Test
  @Rule("LIFE-10")
  void the_worker_goes_on_when_a_fault_of_the_store_ends() {
    AtomicInteger faults = new AtomicInteger(3);
    Wrkr bus =
        open(
            new ForwardingBackend(raw()) {
              @Override
              public Claims claim(ClaimRequest request) {
                if (faults.getAndDecrement() > 0) {
                  throw new BackendException(Outcome.FAILED, "the store is away", null);
                }
                return super.claim(request);
              }
            });
    bus.queue("q").on("a", noting());
    bus.start();

    bus.publish(Event.of("a").id("1"));

    assertThat(nextIds(1)).containsExactly("1");
  }

  @Test
  @Rule("OBS-2")
  void a_listener_that_throws_changes_nothing() {
    Wrkr bus =
        open(
            Wrkr.builder(raw())
                .clock(clock)
                .listener(
                    new WrkrListener() {
                      @Override
                      public void started(Delivery delivery) {
                        throw new IllegalStateException("listener");
                      }

                      @Override
                      public void published(Receipt receipt) {
                        throw new StackOverflowError();
                      }
                    }));
    bus.queue("q").on("a", noting());
    bus.start();

    bus.publish(List.of(Event.of("a").id("1"), Event.of("a").id("2")));

    assertThat(nextIds(2)).containsExactlyInAnyOrder("1", "2");
  }

  @Test
  @Rule("OBS-2")
  void listeners_see_each_transition() {
    Wrkr bus = open();
    bus.queue("q")
        .on(
            "a",
            delivery -> {
              if (delivery.attempt() == 1) {
                throw new IllegalStateException("once");
              }
            });
    bus.start();

    bus.publish(Event.of("a").id("1"));
    awaitTold("started 1", "failed 1", "RETRIED 1");
    clock.advance(Duration.ofSeconds(2));

    awaitTold("started 1", "ACKED 1");
  }
}
