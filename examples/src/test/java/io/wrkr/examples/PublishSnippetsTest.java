package io.wrkr.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Event;
import io.wrkr.OutcomeUnknownException;
import io.wrkr.Publisher;
import io.wrkr.Receipt;
import io.wrkr.When;
import io.wrkr.WhenParseException;
import io.wrkr.Wrkr;
import io.wrkr.spi.Capability;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The guide's snippets about publishing. */
class PublishSnippetsTest {
  private final Wrkr wrkr = Wrkr.connect("memory:");

  record User(String name) {}

  @BeforeEach
  void subscribe() {
    wrkr.queue("mail").subscribe("ourapp.user.*");
    wrkr.queue("audit").subscribe("ourapp.#");
    wrkr.start();
  }

  @AfterEach
  void close() {
    wrkr.close();
  }

  @Test
  void connecting() {
    // snippet: connect
    Wrkr wrkr =
        Wrkr.builder("memory:")
            .name("mail-service-1")
            .zone(ZoneId.of("Europe/Amsterdam")) // for phrases; default UTC
            .require(Capability.ORDER_BY_TID) // build() refuses a backend without it
            .build();
    // end

    assertThat(wrkr.admin().subscriptions()).isEmpty();
    wrkr.close();
  }

  @Test
  void publishing_one() {
    // snippet: publish
    Event added =
        Event.of("ourapp.user.added")
            .tid("42") // what the event is about
            .payload(new User("Ada")) // anything that Jackson writes as JSON, or null
            .header("locale", "nl");

    Receipt receipt = wrkr.publish(added);

    receipt.id(); // "0193…": time-ordered, unique
    receipt.queues(); // [audit, mail]: both hold it now
    receipt.due(); // from when it may be delivered, by the store's clock
    // end

    assertThat(receipt.queues()).containsExactly("audit", "mail");
    assertThat(receipt.id()).isNotEmpty();
  }

  @Test
  void publishing_several() {
    // snippet: publish-list
    List<Receipt> receipts =
        wrkr.publish(
            List.of(
                Event.of("ourapp.user.added").tid("42"), Event.of("ourapp.user.added").tid("43")));
    // end

    assertThat(receipts).hasSize(2);
  }

  @Test
  void publishing_with_an_id() {
    // snippet: publish-id
    Event paid = Event.of("ourapp.invoice.paid").id("invoice-47-paid");

    wrkr.publish(paid).duplicate(); // false
    wrkr.publish(paid).duplicate(); // true: no queue gets a second delivery
    // end

    assertThat(wrkr.publish(paid).duplicate()).isTrue();
  }

  @Test
  void publishing_for_later() {
    Event reminder = Event.of("ourapp.user.reminded").tid("42");
    Instant newYear = Instant.parse("2099-01-01T09:00:00Z");

    // snippet: publish-later
    wrkr.publish(reminder.when("7 days")); // read when it is published
    wrkr.publish(reminder.when("next friday 9am")); // in the bus's zone
    wrkr.publish(reminder.delay(Duration.ofMinutes(90))); // counted by the store's clock
    wrkr.publish(reminder.due(newYear)); // a past instant means now
    // end

    assertThat(wrkr.admin().queue("mail").scheduled()).isEqualTo(4);
  }

  @Test
  void reading_a_phrase() {
    // snippet: when
    ZonedDateTime now = ZonedDateTime.parse("2026-11-21T09:00:00Z");

    When.parse("7 days", now).explanation();
    // 7 days after Sat 21 Nov 2026 09:00 UTC = Sat 28 Nov 2026 09:00 UTC
    // end

    assertThat(When.parse("7 days", now).explanation())
        .isEqualTo("7 days after Sat 21 Nov 2026 09:00 UTC = Sat 28 Nov 2026 09:00 UTC");
  }

  @Test
  void phrases_of_the_guide_are_read() {
    ZonedDateTime now = ZonedDateTime.parse("2026-11-21T09:00:00Z");
    Map<String, String> phrases =
        GuideTables.columns(
            "docs/guide.md",
            "phrases",
            "phrase",
            "on Saturday 21 November 2026, 09:00 UTC, it means");

    assertThat(phrases).hasSizeGreaterThan(8);
    phrases.forEach(
        (phrase, meant) ->
            assertThat(When.parse(phrase, now).instant())
                .as(phrase)
                .isEqualTo(Instant.parse(meant)));
  }

  @Test
  void a_phrase_that_is_refused() {
    ZonedDateTime now = ZonedDateTime.parse("2026-11-21T09:00:00Z");

    for (String phrase : List.of("yesterday", "01/04/2027", "every day", "7 bananas", "11 years")) {
      assertThatThrownBy(() -> When.parse(phrase, now))
          .as(phrase)
          .isInstanceOf(WhenParseException.class);
    }
  }

  @Test
  void an_unknown_outcome() {
    Event added = Event.of("ourapp.user.added");

    Receipt receipt = publishSurely(wrkr, added);

    assertThat(receipt.queues()).hasSize(2);
  }

  @Test
  void an_unknown_outcome_is_repeated_under_the_same_id() {
    Event added = Event.of("ourapp.user.added");
    Event[] given = new Event[1];
    Publisher losesOneAnswer =
        new Publisher() {
          @Override
          public Receipt publish(Event event) {
            given[0] = event.id("id-of-the-first-try");
            wrkr.publish(given[0]);
            throw new OutcomeUnknownException("lost", List.of(given[0]), null);
          }

          @Override
          public List<Receipt> publish(List<Event> events) {
            return wrkr.publish(events);
          }
        };

    Receipt receipt = publishSurely(losesOneAnswer, added);

    assertThat(receipt.duplicate()).isTrue();
    assertThat(receipt.id()).isEqualTo("id-of-the-first-try");
    assertThat(wrkr.admin().queue("mail").ready()).isEqualTo(1);
  }

  // snippet: outcome-unknown
  Receipt publishSurely(Publisher publisher, Event event) {
    try {
      return publisher.publish(event);
    } catch (OutcomeUnknownException e) {
      // The events carry the ids of the first try: no queue gets a second delivery.
      return publisher.publish(e.events()).get(0);
    }
  }
  // end
}
