package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class RoleThreadTest {

  @Test
  void permit_or_interrupt_that_a_step_leaves_behind_does_not_shorten_its_wait() throws Exception {
    AtomicInteger steps = new AtomicInteger();
    CountDownLatch ten = new CountDownLatch(10);
    RoleThread thread =
        new RoleThread(
            "careless",
            false,
            () -> {
              steps.incrementAndGet();
              ten.countDown();
              LockSupport.unpark(Thread.currentThread());
              Thread.currentThread().interrupt();
              return Duration.ofHours(1).toNanos();
            });
    thread.start();

    boolean spun = ten.await(300, TimeUnit.MILLISECONDS);

    assertThat(spun).isFalse();
    assertThat(steps).hasValue(1);
    assertThat(thread.stop(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void wake_begins_the_next_step_at_once_also_after_a_fault() throws Exception {
    CountDownLatch twice = new CountDownLatch(2);
    RoleThread thread =
        new RoleThread(
            "faulty",
            false,
            () -> {
              twice.countDown();
              throw new StackOverflowError("a step's own");
            });
    thread.start();

    boolean again =
        SystemStage.INSTANCE.until(
            Duration.ofSeconds(10),
            () -> {
              thread.wake();
              return twice.getCount() == 0;
            });

    assertThat(again).isTrue();
    assertThat(thread.stop(Duration.ofSeconds(10))).isTrue();
  }
}
