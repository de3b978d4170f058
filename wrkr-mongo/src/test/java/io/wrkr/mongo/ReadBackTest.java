package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandSucceededEvent;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Others work between a bulk of settlements and the look at what it changed. */
class ReadBackTest {
  private final AtomicReference<Runnable> afterNextUpdate = new AtomicReference<>();
  private MongoClient client;
  private MongoClient otherClient;
  private Backend backend;
  private Backend other;

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @BeforeEach
  void open() {
    CommandListener listener =
        new CommandListener() {
          @Override
          public void commandSucceeded(CommandSucceededEvent event) {
            if (event.getCommandName().equals("update") && afterNextUpdate.get() != null) {
              afterNextUpdate.getAndSet(null).run();
            }
          }
        };
    client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(Mongods.uri()))
                .addCommandListener(listener)
                .build());
    Stores.drop("wrkr_read_back");
    backend = MongoBackend.of(client, "wrkr_read_back");
    backend.subscribe(new Subscription(QUEUE, "#"), false);
    otherClient = MongoClients.create(Mongods.uri());
    other = MongoBackend.of(otherClient, "wrkr_read_back");
  }

  @AfterEach
  void close() {
    other.close();
    otherClient.close();
    backend.close();
    client.close();
  }

  @Test
  void release_that_others_settled_since_is_unknown_beside_one_that_was_refused() {
    backend.publish(Samples.events("e", 2));
    List<Lease> leases =
        Samples.claim(backend, 2).stream().map(delivery -> delivery.lease()).toList();
    other.settle(List.of(new Settlement.Release(leases.get(0), Duration.ofHours(1))));
    afterNextUpdate.set(() -> other.settle(Samples.acks(Samples.claim(other, 2))));

    assertThatThrownBy(() -> backend.settle(releases(leases)))
        .isInstanceOfSatisfying(
            BackendException.class, e -> assertThat(e.outcome()).isEqualTo(Outcome.UNKNOWN));

    assertThat(afterNextUpdate.get()).isNull();
    assertThat(backend.settle(releases(leases))).as("again").containsExactlyElementsOf(leases);
  }

  @Test
  void release_that_others_only_claimed_since_is_known_beside_one_that_was_refused() {
    backend.publish(Samples.events("e", 2));
    List<Lease> leases =
        Samples.claim(backend, 2).stream().map(delivery -> delivery.lease()).toList();
    other.settle(List.of(new Settlement.Release(leases.get(0), Duration.ofHours(1))));
    afterNextUpdate.set(() -> assertThat(Samples.claim(other, 2)).hasSize(1));

    List<Lease> refused = backend.settle(releases(leases));

    assertThat(refused).containsExactly(leases.get(0));
  }

  private static List<Settlement> releases(List<Lease> leases) {
    return leases.stream().<Settlement>map(lease -> new Settlement.Release(lease, ZERO)).toList();
  }
}
