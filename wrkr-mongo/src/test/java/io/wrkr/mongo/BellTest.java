package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.Subscription;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is told, when many listen. */
class BellTest {
  private static final String DATABASE = "wrkr_bell_test";

  /** So often that the longest wait is reached. */
  private static final int IN_VAIN = 8;

  private MongoClient client;
  private MongoBackend publisher;
  private MongoBackend listener;

  @BeforeEach
  void open() {
    String uri = Mongods.uri();
    Stores.drop(DATABASE);
    client = MongoClients.create(uri);
    publisher = MongoBackend.of(client, DATABASE);
    listener = MongoBackend.of(client, DATABASE);
    publisher.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    listener.close();
    publisher.close();
    client.close();
  }

  @Test
  void listener_that_was_told_in_vain_is_told_again() throws InterruptedException {
    AtomicReference<CountDownLatch> told = new AtomicReference<>(new CountDownLatch(1));
    listener.onArrival(QUEUE, () -> told.get().countDown());
    for (int i = 0; i < IN_VAIN; i++) {
      told.set(new CountDownLatch(1));
      publisher.publish(Samples.events("taken-" + i, 1));
      publisher.settle(Samples.acks(Samples.claim(publisher, 1)));
      assertThat(told.get().await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(Samples.claim(listener, 1)).isEmpty();
    }
    told.set(new CountDownLatch(1));

    publisher.publish(Samples.events("left", 1));

    assertThat(told.get().await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(Samples.claim(listener, 1)).hasSize(1);
  }
}
