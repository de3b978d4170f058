package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import io.wrkr.Query;
import io.wrkr.Subscription;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Due;
import io.wrkr.spi.Settlement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Documents edited by hand into nonsense hold up nothing but themselves. */
class EditedDocumentsTest {
  private static final int SEEDS = 60;
  private static final int EVENTS = 12;
  private static final int EDITS = 4;
  private static final int CLAIMS = 10;

  private static final String[] FIELDS = {
    "e", "n", "t", "p", "y", "h", "at", "c", "o", "s", "b", "w", "k", "v", "r", "g", "l", "x", "d",
    "u"
  };

  private static final List<BsonValue> VALUES =
      List.copyOf(
          BsonDocument.parse(
                  "{a: null, b: '', c: '{', d: 'a.b', e: -1, f: 0, g: 7.5, h: true, i: [], j: {},"
                      + " k: ['x'], l: {$date: 0}, m: {$date: 4102444800000}, n: {$numberLong:"
                      + " '9223372036854775807'}, o: {$numberDecimal: 'NaN'}, p: {$binary:"
                      + " {base64: 'AAAA', subType: '00'}}, q: {$oid: '000000000000000000000000'},"
                      + " r: {$minKey: 1}, s: {$maxKey: 1}, t: {$regularExpression: {pattern: 'x',"
                      + " options: ''}}, u: {$undefined: true}, v: '$$NOW', w: {$gt: 1}}")
              .values());

  @BeforeAll
  static void needs() {
    Mongods.uri();
  }

  @Test
  void edited_documents_hold_up_nothing_but_themselves() {
    Stores.drop("wrkr_edited");
    try (MongoClient client = MongoClients.create(Mongods.uri());
        MongoBackend backend = MongoBackend.of(client, "wrkr_edited")) {
      backend.subscribe(new Subscription("plain", "#"), false);
      backend.subscribe(new Subscription("ordered", "#"), true);
      MongoCollection<BsonDocument> deliveries =
          client.getDatabase("wrkr_edited").getCollection("wrkr_deliveries", BsonDocument.class);
      long edited = 0;
      for (int seed = 0; seed < SEEDS; seed++) {
        List<String> ids = publish(backend, "s" + seed + "-");
        Random random = new Random(seed);
        Set<String> spoilt = new HashSet<>();
        for (int i = 0; i < EDITS; i++) {
          String id = ids.get(random.nextInt(ids.size()));
          edited += edit(deliveries, id, random);
          spoilt.add(id);
        }

        for (String queue : List.of("plain", "ordered")) {
          assertFlows(backend, queue, ids, spoilt, "seed " + seed);
        }
        look(backend);
        backend.prune(1000);
      }
      assertThat(edited).isGreaterThan(SEEDS);
    }
  }

  /** Publishes some, of which the first is dead on one queue. */
  private static List<String> publish(MongoBackend backend, String prefix) {
    List<String> ids = IntStream.range(0, EVENTS).mapToObj(i -> prefix + i).toList();
    backend.publish(List.of(Samples.event(ids.get(0))));
    for (ClaimedDelivery delivery : Samples.claim(backend, "plain", 100)) {
      backend.settle(List.of(new Settlement.DeadLetter(delivery.lease(), "no use")));
    }
    backend.publish(
        ids.stream().skip(1).map(id -> Samples.event(id, Optional.of("t" + id), Due.NOW)).toList());
    return ids;
  }

  /** Returns how many documents were changed. */
  private static long edit(MongoCollection<BsonDocument> deliveries, String id, Random random) {
    String field = FIELDS[random.nextInt(FIELDS.length)];
    BsonDocument edit = new BsonDocument(field, VALUES.get(random.nextInt(VALUES.size())));
    String operator = random.nextInt(4) == 0 ? "$unset" : "$set";
    try {
      return deliveries
          .updateMany(new BsonDocument("e", new BsonString(id)), new BsonDocument(operator, edit))
          .getModifiedCount();
    } catch (MongoWriteException e) {
      return 0; // some values cannot be stored in a field: a rule of the server's
    }
  }

  private static void assertFlows(
      MongoBackend backend, String queue, List<String> ids, Set<String> spoilt, String seed) {
    List<String> sound = new ArrayList<>(ids.subList(1, EVENTS));
    sound.removeAll(spoilt);
    for (int claims = 0; claims < CLAIMS && !sound.isEmpty(); claims++) {
      List<ClaimedDelivery> claimed = Samples.claim(backend, queue, 100);
      claimed.forEach(delivery -> sound.remove(delivery.event().id()));
      backend.settle(Samples.acks(claimed));
    }
    assertThat(sound).as("%s, never claimed from %s", seed, queue).isEmpty();
  }

  private static void look(MongoBackend backend) {
    Query page = Query.all().limit(100);
    for (var next = backend.find(page).next(); next.isPresent(); ) {
      next = backend.find(page.after(next.get())).next();
    }
    backend.stats();
    backend.redrive(Query.all());
  }
}
