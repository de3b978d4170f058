package io.wrkr.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Receipt;
import io.wrkr.spi.Capability;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.TransactionalPublish;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Publishing inside a transaction of the caller's. */
@Needs(Capability.TX_JOIN)
abstract class TransactionRules extends SpiScenario {
  private List<Receipt> publish(TckTransaction transaction, Draft... events) {
    return publish((TransactionalPublish<?>) backend, transaction, outgoing(List.of(events)));
  }

  private static <T> List<Receipt> publish(
      TransactionalPublish<T> facet, TckTransaction transaction, List<OutgoingEvent> events) {
    return facet.publish(events, facet.transactionType().cast(transaction.handle()));
  }

  @Test
  @Rule("TX-1")
  void what_is_published_is_visible_after_the_commit_and_not_before() {
    subscribe("q", "a");
    try (TckTransaction transaction = begin()) {
      List<Receipt> receipts = publish(transaction, event("a").id("1"), event("none"));
      assertThat(receipts.get(0).queues()).containsExactly("q");
      assertThat(receipts.get(1).queues()).isEmpty();
      assertNothingReady("q");

      transaction.commit();
    }

    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("TX-1")
  void what_is_published_is_never_visible_after_a_rollback() {
    subscribe("q", "a");
    try (TckTransaction transaction = begin()) {
      publish(transaction, event("a").id("1"));

      transaction.rollback();
    }

    assertNothingReady("q");
    assertThat(super.publish(event("a").id("1")).duplicate()).as("the id is free").isFalse();
    assertThat(claimIds("q")).containsExactly("1");
  }

  @Test
  @Rule("TX-2")
  void the_transaction_stays_open_for_more() {
    subscribe("q", "a");
    try (TckTransaction transaction = begin()) {
      publish(transaction, event("a").id("1"));
      publish(transaction, event("a").id("2"));
      assertNothingReady("q");

      transaction.commit();
    }

    assertThat(claimIds("q")).containsExactly("1", "2");
  }

  @Test
  @Rule("TX-1")
  void a_duplicate_within_a_transaction_makes_no_second_delivery() {
    subscribe("q", "a");
    super.publish(event("a").id("1"));
    try (TckTransaction transaction = begin()) {
      assertThat(publish(transaction, event("a").id("1")).get(0).duplicate()).isTrue();
      assertThat(publish(transaction, event("a").id("2")).get(0).duplicate()).isFalse();
      assertThat(publish(transaction, event("a").id("2")).get(0).duplicate()).isTrue();

      transaction.commit();
    }

    assertThat(claimIds("q")).containsExactly("1", "2");
  }
}
