package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.mongo.DbwrkrMigration.Summary;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Documents as dbwrkr-mongodb writes them. */
class DbwrkrMigrationTest {
  private MongoClient client;
  private MongoDatabase old;
  private MongoBackend bus;

  @BeforeEach
  void open() {
    client = MongoClients.create(Mongods.uri());
    old = client.getDatabase("dbwrkr_old");
    old.drop();
    Stores.drop("dbwrkr_new");
    bus = MongoBackend.of(client, "dbwrkr_new");
    insert("wrkr_subscriptions", "{eventName: 'app.user.added', queues: ['mail', 'audit']}");
  }

  @AfterEach
  void close() {
    if (bus != null) {
      bus.close();
      client.close();
    }
  }

  @Test
  void waiting_items_go_to_their_queue_alone_with_all_they_hold() {
    insert(
        "wrkr_qitems",
        "{_id: {$oid: '5a0000000000000000000001'}, name: 'app.user.added', queue: 'mail', tid: '7',"
            + " payload: {n: 1.5, at: {$date: '2017-01-01T00:00:00Z'}, list: [1, 'x', null]},"
            + " parent: {$oid: '5a0000000000000000000009'}, created: {$date: '2017-01-01T00:00:00Z'},"
            + " when: {$date: '2017-01-02T00:00:00Z'}, retryCount: 3}");

    Summary summary = DbwrkrMigration.run(old, bus);

    assertThat(summary).isEqualTo(new Summary(2, 1, 0, 0));
    assertThat(bus.subscriptions())
        .containsExactly(
            new Subscription("audit", "app.user.added"),
            new Subscription("mail", "app.user.added"));
    assertThat(claim("audit")).isEmpty();
    assertThat(claim("mail"))
        .singleElement()
        .satisfies(
            delivery -> {
              assertThat(delivery.attempt()).isOne();
              assertThat(delivery.event().id()).isEqualTo("5a0000000000000000000001");
              assertThat(delivery.event().tid()).contains("7");
              assertThat(delivery.event().payload().text())
                  .isEqualTo(
                      "{\"n\": 1.5, \"at\": \"2017-01-01T00:00:00Z\", \"list\": [1, \"x\", null]}");
              assertThat(delivery.event().headers())
                  .containsEntry("dbwrkr-parent", "5a0000000000000000000009")
                  .containsEntry("dbwrkr-created", "2017-01-01T00:00:00Z");
            });
  }

  @Test
  void delayed_items_stay_delayed_and_finished_ones_stay_behind() {
    insert(
        "wrkr_qitems", "{name: 'app.later', queue: 'gone', when: {$date: '2099-01-01T00:00:00Z'}}");
    insert(
        "wrkr_qitems", "{name: 'app.done', queue: 'mail', done: {$date: '2017-01-01T00:00:00Z'}}");

    assertThat(DbwrkrMigration.run(old, bus)).isEqualTo(new Summary(2, 1, 0, 0));

    assertThat(bus.find(Query.all()).deliveries())
        .singleElement()
        .satisfies(
            info -> {
              assertThat(info.queue()).as("a queue without subscription").isEqualTo("gone");
              assertThat(info.due()).isEqualTo("2099-01-01T00:00:00Z");
              assertThat(info.payloadText()).isEqualTo("null");
            });
  }

  @Test
  void broken_off_and_run_again_it_adds_nothing_twice() {
    MongoCollection<Document> items = old.getCollection("wrkr_qitems");
    items.insertMany(
        IntStream.range(0, 1100)
            .mapToObj(
                i ->
                    Document.parse(
                        "{name: 'app.user.added', queue: 'mail', payload: "
                            + i
                            + ", when: {$date: '2017-01-02T00:00:00Z'}}"))
            .toList());
    assertThat(DbwrkrMigration.run(old, bus)).isEqualTo(new Summary(2, 1100, 0, 0));
    assertThat(items.countDocuments(Document.parse("{when: {$exists: true}}"))).isZero();

    items.updateMany(new Document(), Document.parse("{$rename: {movedWhen: 'when'}}"));
    assertThat(DbwrkrMigration.run(old, bus)).isEqualTo(new Summary(2, 0, 1100, 0));

    assertThat(claim("mail")).hasSize(1000);
    assertThat(claim("mail")).hasSize(100);
  }

  @Test
  void what_cannot_be_a_delivery_is_left_as_it_is() {
    insert("wrkr_qitems", "{name: 'a..b', queue: 'mail', when: {$date: '2017-01-02T00:00:00Z'}}");
    insert("wrkr_qitems", "{name: 'a.b', when: {$date: '2017-01-02T00:00:00Z'}}");
    insert("wrkr_qitems", "{name: 'a.b', queue: 'mail', when: {$date: '2017-01-02T00:00:00Z'}}");

    assertThat(DbwrkrMigration.run(old, bus)).isEqualTo(new Summary(2, 1, 0, 2));

    assertThat(
            old.getCollection("wrkr_qitems")
                .countDocuments(Document.parse("{when: {$exists: true}}")))
        .isEqualTo(2);
  }

  @Test
  void uris_have_to_name_databases_on_mongodb() {
    assertThatThrownBy(() -> DbwrkrMigration.run("mongodb://localhost", "mongodb://localhost/x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names no database");
  }

  private void insert(String collection, String json) {
    old.getCollection(collection).insertOne(Document.parse(json));
  }

  private List<ClaimedDelivery> claim(String queue) {
    return bus.claim(new ClaimRequest(queue, 1000, Samples.LEASE)).deliveries();
  }
}
