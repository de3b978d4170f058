package io.wrkr.mongo;

import static io.wrkr.mongo.Samples.QUEUE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import java.io.IOException;
import java.util.List;
import org.bson.BsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A router may ask a primary that was replaced and does not know it yet. */
class DeposedPrimaryTest {
  private static final String BUS = "bus";

  private Mongods set;
  private Router router;
  private Backend backend;
  private volatile int primary;

  @BeforeEach
  void open() throws IOException {
    set = Mongods.start(3, true);
    primary = set.primary();
    router = new Router(() -> set.port(primary));
    backend = new MongoProvider().open(router.address(BUS));
    backend.subscribe(new Subscription(QUEUE, "#"), false);
  }

  @AfterEach
  void close() {
    if (backend != null) {
      backend.close();
    }
    if (router != null) {
      router.close();
    }
    if (set != null) {
      set.close();
    }
  }

  @Test
  void cannot_hide_a_new_subscription_from_a_publish() throws IOException {
    backend.publish(Samples.events("first", 1));
    int deposed = depose();
    try (Router another = new Router(() -> set.port(primary));
        Backend elsewhere = new MongoProvider().open(another.address(BUS))) {
      elsewhere.subscribe(new Subscription("new", "#"), false);
    }
    router.divert(DeposedPrimaryTest::readsTheVersion, set.port(deposed));

    assertThatThrownBy(() -> backend.publish(Samples.events("refused", 1)))
        .isInstanceOf(BackendException.class);
    router.restore();
    List<Receipt> receipts = backend.publish(Samples.events("later", 1));

    assertThat(receipts.get(0).queues()).containsExactlyInAnyOrder(QUEUE, "new");
    assertThat(Samples.claim(backend, QUEUE, 10))
        .extracting(each -> each.event().id())
        .containsExactly("first0", "later0");
  }

  /** Has another elected, of which the primary takes no note. */
  private int depose() {
    int deposed = primary;
    set.admin(deposed, "{configureFailPoint: 'blockHeartbeatStepdown', mode: 'alwaysOn'}");
    primary = (deposed + 1) % 3;
    set.stepUp(primary);
    // The third may go on copying from the one that has nothing new.
    set.admin((deposed + 2) % 3, "{replSetSyncFrom: '127.0.0.1:" + set.port(primary) + "'}");
    return deposed;
  }

  private static boolean readsTheVersion(BsonDocument command) {
    return command.getFirstKey().equals("find")
        && command.getString("find").getValue().equals("wrkr_meta");
  }
}
