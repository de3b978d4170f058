package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.Event;
import io.wrkr.UnsupportedCapabilityException;
import io.wrkr.Wrkr;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a bus says of a session it is to join. */
class WithinTest {
  private static final String DATABASE = "wrkr_within";

  private MongoClient client;
  private Wrkr bus;

  @BeforeEach
  void open() {
    Stores.drop(DATABASE);
    client = MongoClients.create(Mongods.uri());
    bus = Wrkr.builder(MongoBackend.of(client, DATABASE)).build();
    bus.queue("q").subscribe("a");
    bus.start();
  }

  @AfterEach
  void close() {
    if (client != null) {
      bus.close();
      client.close();
    }
  }

  @Test
  void session_without_a_transaction_is_refused_with_the_remedy() {
    try (ClientSession session = client.startSession()) {
      assertThatThrownBy(() -> bus.within(session).publish(Event.of("a")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("startTransaction()");
    }
  }

  @Test
  void session_of_another_client_is_refused() {
    try (MongoClient other = MongoClients.create(Mongods.uri());
        ClientSession session = other.startSession()) {
      session.startTransaction();

      assertThatThrownBy(() -> bus.within(session).publish(Event.of("a")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another MongoClient");
    }
  }

  @Test
  void what_is_no_session_is_refused_with_what_it_is() {
    assertThatThrownBy(() -> bus.within("a transaction"))
        .isInstanceOf(UnsupportedCapabilityException.class)
        .hasMessageContaining("ClientSession")
        .hasMessageContaining("java.lang.String");
  }

  @Test
  void body_that_the_driver_runs_twice_makes_one_delivery() {
    int[] runs = {0};
    try (ClientSession session = client.startSession()) {
      session.withTransaction(
          () -> {
            bus.within(session).publish(Event.of("a"));
            if (++runs[0] == 1) {
              com.mongodb.MongoException conflict = new com.mongodb.MongoException("try again");
              conflict.addLabel(com.mongodb.MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL);
              throw conflict;
            }
            return true;
          });
    }

    assertThat(runs[0]).isEqualTo(2);
    assertThat(bus.admin().queue("q").ready()).isEqualTo(1);
  }
}
