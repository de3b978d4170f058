package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.DeliveryInfo;
import io.wrkr.DeliveryState;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.spi.Capability;
import io.wrkr.spi.ClaimedDelivery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Looking for deliveries. */
@Needs(Capability.FIND)
abstract class FindRules extends SpiScenario {
  private List<String> foundIds(Query query) {
    return find(query).stream().map(DeliveryInfo::eventId).toList();
  }

  @Test
  @Rule("FIND-1")
  void each_condition_chooses_and_all_that_are_set_must_hold() {
    subscribe("q1", "#");
    subscribe("q2", "b");
    publish(
        event("a").id("1").tid("t"),
        event("a").id("2").tid("u").delay(Duration.ofHours(1)),
        event("b").id("3").tid("t").delay(Duration.ofHours(2)));
    Instant soon = clock.instant().plus(Duration.ofHours(1));

    assertThat(foundIds(Query.all())).containsExactlyInAnyOrder("1", "2", "3", "3");
    assertThat(foundIds(Query.all().queue("q2"))).containsExactly("3");
    assertThat(foundIds(Query.all().name("a"))).containsExactlyInAnyOrder("1", "2");
    assertThat(foundIds(Query.all().tid("t"))).containsExactlyInAnyOrder("1", "3", "3");
    assertThat(foundIds(Query.all().eventId("3"))).containsExactly("3", "3");
    assertThat(foundIds(Query.all().dueBefore(soon))).containsExactly("1");
    assertThat(foundIds(Query.all().dueBefore(soon.plusMillis(1))))
        .containsExactlyInAnyOrder("1", "2");
    assertThat(foundIds(Query.all().tid("t").name("b").queue("q1"))).containsExactly("3");
    assertThat(foundIds(Query.all().tid("t").name("b").dueBefore(soon))).isEmpty();
  }

  @Test
  @Rule("FIND-1")
  void every_state_is_told_apart() {
    subscribe("q", "a");
    publish(events("a", "e", 6));
    publish(event("a").id("delayed").delay(Duration.ofDays(1)));
    List<ClaimedDelivery> claimed = claim("q", 5).deliveries();
    retry(claimed.get(0), Duration.ofHours(1));
    deadLetter(claimed.get(1), "broken");
    release(claimed.get(2), Duration.ofHours(1));
    ack(claimed.get(3));

    Map<String, DeliveryState> states =
        find(Query.all()).stream()
            .collect(Collectors.toMap(DeliveryInfo::eventId, DeliveryInfo::state));

    assertThat(states)
        .containsOnly(
            Map.entry("e0", DeliveryState.RETRYING),
            Map.entry("e1", DeliveryState.DEAD),
            Map.entry("e2", DeliveryState.SCHEDULED),
            Map.entry("e4", DeliveryState.LEASED),
            Map.entry("e5", DeliveryState.READY),
            Map.entry("delayed", DeliveryState.SCHEDULED));
    for (DeliveryState state : DeliveryState.values()) {
      assertThat(find(Query.all().state(state)))
          .as("found by state %s", state)
          .allMatch(info -> info.state() == state)
          .hasSize((int) states.values().stream().filter(state::equals).count());
    }
  }

  @Test
  @Rule("FIND-1")
  void states_follow_the_clock() {
    subscribe("q", "a");
    publish(event("a").id("1").delay(SECOND));
    assertThat(info("q", "1").state()).isEqualTo(DeliveryState.SCHEDULED);

    clock.advance(SECOND);
    assertThat(info("q", "1").state()).isEqualTo(DeliveryState.READY);
    claimOne("q");
    assertThat(info("q", "1").state()).isEqualTo(DeliveryState.LEASED);
    clock.advance(LEASE);

    assertThat(info("q", "1").state()).as("after the lease").isEqualTo(DeliveryState.READY);
  }

  @Test
  @Rule("FIND-1")
  void a_found_delivery_tells_all_about_itself() {
    subscribe("q", "a.b");
    Instant published = clock.instant();
    publish(event("a.b").id("1").tid("t").headers(Map.of("k", "v")).json("{\"é\":1}"));
    retry(claimOne("q"), Duration.ofMinutes(1));

    assertThat(info("q", "1"))
        .isEqualTo(
            new DeliveryInfo(
                "1",
                "q",
                "a.b",
                Optional.of("t"),
                DeliveryState.RETRYING,
                published.plusSeconds(60),
                1,
                published,
                Optional.of("failed"),
                "{\"é\":1}",
                Map.of("k", "v")));
  }

  @Test
  @Rule("FIND-1")
  void the_due_instant_of_a_leased_delivery_is_the_end_of_its_lease() {
    subscribe("q", "a");
    publish(event("a").id("1"));
    claimOne("q");

    assertThat(info("q", "1").due()).isEqualTo(clock.instant().plus(LEASE));
    assertThat(info("q", "1").reason()).isEmpty();
    assertThat(info("q", "1").tid()).isEmpty();
  }

  @Test
  @Rule("FIND-1")
  void pages_hold_every_delivery_exactly_once() {
    subscribe("q1", "a");
    subscribe("q2", "a");
    for (int i = 0; i < 10; i++) {
      Duration delay = Duration.ofSeconds(i * 7 % 10);
      publish(events("a", "e" + i + "-", 5).stream().map(e -> e.delay(delay)).toList());
    }
    Query query = Query.all().limit(7);
    List<String> seen = new ArrayList<>();

    Page page = inspector().find(query);
    seen.addAll(places(page));
    while (page.next().isPresent()) {
      assertThat(page.deliveries()).hasSize(7);
      page = inspector().find(query.after(page.next().get()));
      seen.addAll(places(page));
    }

    assertThat(seen).hasSize(100).doesNotHaveDuplicates();
  }

  private static List<String> places(Page page) {
    return page.deliveries().stream().map(d -> d.queue() + " " + d.eventId()).toList();
  }

  @Test
  @Rule("FIND-1")
  void a_full_last_page_has_no_next() {
    subscribe("q", "a");
    publish(events("a", "e", 4));

    assertThat(inspector().find(Query.all().limit(4)).next()).isEmpty();
    assertThat(inspector().find(Query.all().limit(3)).next()).isPresent();
    assertThat(inspector().find(Query.all().queue("unknown")))
        .isEqualTo(new Page(List.of(), Optional.empty()));
  }

  @Test
  @Rule("FIND-1")
  void paging_goes_on_when_the_last_delivery_of_a_page_has_ended() {
    subscribe("q", "a");
    publish(events("a", "e", 9));
    Page first = inspector().find(Query.all().limit(3));

    claimAll("q").stream()
        .filter(d -> places(first).contains("q " + d.event().id()))
        .forEach(this::ack);

    Set<String> rest =
        find(Query.all().after(first.next().orElseThrow())).stream()
            .map(DeliveryInfo::eventId)
            .collect(Collectors.toSet());
    first.deliveries().forEach(info -> assertThat(rest).doesNotContain(info.eventId()));
  }

  @Test
  @Rule("FIND-1")
  void a_long_payload_is_shortened() {
    subscribe("q", "a");
    publish(event("a").id("1").json('"' + "x".repeat(300_000) + '"'));

    assertThat(info("q", "1").payloadText()).startsWith("\"xxx").hasSizeBetween(60_000, 70_000);
  }
}
