package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Event;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** Names and patterns as the whole bus takes them. */
abstract class BusNameRules extends BusScenario {
  private static final List<String> REFUSED_ANYWHERE =
      List.of(
          "",
          "x".repeat(256),
          "é".repeat(128),
          "line\nbreak",
          "tab\t",
          "nul\u0000",
          "\u001b[2J",
          "\u007f",
          "\u0085",
          "\u2028",
          "\u202e",
          "\ud800",
          "a\udc00");

  private static final List<String> REFUSED_AS_NAME =
      List.of(".", "a.", ".a", "a..b", "*", "#", "a.*", "a.#.b", "#.a");

  private static final List<String> TAKEN_AS_NAME =
      List.of(
          "a",
          "x".repeat(255),
          "é".repeat(127),
          "a b",
          "a#",
          "#a",
          "a*.b",
          "**",
          "##.a",
          "+",
          "$SYS/x",
          "a/b",
          "Grüße.日本.\uD83D\uDC69\u200D\uD83D\uDE80",
          "' OR '1'='1",
          "%_\\",
          "${jndi:ldap://127.0.0.1/x}");

  @Test
  @Rule("SUB-8")
  void what_is_no_name_is_refused_with_the_reason() {
    Wrkr bus = open();

    assertThat(REFUSED_ANYWHERE)
        .allSatisfy(
            text -> {
              refused(() -> Event.of(text));
              refused(() -> Event.of("a").id(text));
              refused(() -> Event.of("a").tid(text));
              refused(() -> bus.queue(text));
              refused(() -> bus.queue("q").subscribe(text));
            });
    assertThat(REFUSED_AS_NAME).allSatisfy(text -> refused(() -> Event.of(text)));
    assertThat(List.of(".", "a.", ".a", "a..b"))
        .allSatisfy(text -> refused(() -> bus.queue("q").subscribe(text)));
  }

  private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .isNotBlank()
        .matches("\\P{Cntrl}*");
  }

  @Test
  @Rule("SUB-8")
  void odd_names_go_all_the_way() {
    Wrkr bus = open();
    TAKEN_AS_NAME.forEach(name -> bus.queue("q").on(name, noting()));
    bus.start();

    for (String name : TAKEN_AS_NAME) {
      bus.publish(Event.of(name));
      assertThat(next().name()).isEqualTo(name);
    }
  }

  @Test
  @Needs(Capability.PATTERN)
  @Rule("SUB-7")
  void the_most_specific_handler_of_a_queue_gets_the_event_once() {
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    Wrkr bus = open();
    for (String pattern : List.of("#", "a.#", "*.b", "a.*", "a.b", "a.*.c", "a.#.c", "*.*.*")) {
      bus.queue("q")
          .on(
              pattern,
              delivery -> {
                got.add(delivery.name() + " by " + pattern);
                handled.add(delivery);
              });
    }
    bus.start();

    for (String name : List.of("a.b", "a.x", "x.b", "a.x.c", "a.x.y.c", "a", "x.y.z", "z")) {
      bus.publish(Event.of(name));
      next();
    }

    assertThat(got)
        .containsExactly(
            "a.b by a.b",
            "a.x by a.*",
            "x.b by *.b",
            "a.x.c by a.*.c",
            "a.x.y.c by a.#.c",
            "a by a.#",
            "x.y.z by *.*.*",
            "z by #");
  }

  @Test
  @Rule("SUB-3")
  void a_subscription_made_after_start_counts_at_once() {
    Wrkr bus = open();
    bus.start();
    assertThat(bus.publish(Event.of("a")).queues()).isEmpty();

    bus.queue("q").subscribe("a");

    assertThat(bus.publish(Event.of("a")).queues()).containsExactly("q");
  }

  @Test
  @Needs(Capability.SHARED)
  @Rule("SUB-3")
  void a_subscription_by_another_bus_counts_at_once() {
    Wrkr bus = open();
    Wrkr other = open();
    other.queue("q").subscribe("a");
    assertThat(bus.publish(Event.of("a")).queues()).as("before start").isEmpty();

    other.start();

    assertThat(bus.publish(Event.of("a")).queues()).containsExactly("q");
    assertThat(other.admin().unsubscribe("q", "a")).isTrue();
    assertThat(bus.publish(Event.of("a")).queues()).isEmpty();
  }
}
