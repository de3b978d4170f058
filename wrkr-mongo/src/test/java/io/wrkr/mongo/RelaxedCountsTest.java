package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.QueueStats;
import io.wrkr.Subscription;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Counts are of one instant, which a majority has; relaxed settlements are ahead of it. */
class RelaxedCountsTest {
  private static final String DATABASE = "wrkr_relaxed_counts";
  private static final int TIMES = 20;

  @Test
  void counts_include_what_was_confirmed_before_a_majority_had_it() {
    try (MongoClient client = MongoClients.create(Mongods.uri());
        MongoBackend backend =
            MongoBackend.of(client, DATABASE, MongoOptions.defaults().relaxed())) {
      backend.subscribe(new Subscription(Samples.QUEUE, "#"), false);
      for (int time = 0; time < TIMES; time++) {
        backend.publish(Samples.events(time + "-", 20));

        backend.settle(Samples.acks(Samples.claim(backend, 20)));

        assertThat(backend.stats())
            .containsExactly(new QueueStats(Samples.QUEUE, 0, 0, 0, 0, Duration.ZERO));
      }
      client.getDatabase(DATABASE).drop();
    }
  }
}
