package io.wrkr.mongo;

import com.mongodb.client.ClientSession;
import io.wrkr.spi.ClaimRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonNull;
import org.bson.BsonValue;

/**
 * Chooses what may be claimed of a queue that keeps the order of each tid.
 *
 * <p><b>Rule.</b> Of one tid at most one delivery has begun and not ended. Which one, says the
 * tid's <i>turn</i>, a document {@code {_id: {q, t}, h: id of the delivery, i: id of this write}}.
 * A delivery may be claimed only while the turn names it. It has ended when it was acked, cancelled
 * or discarded: when it neither waits (field {@code at}) nor is dead (field {@code x}); retry,
 * release, the end of a lease and dead letter end nothing. The next to begin is the first, by due
 * instant and publish order, of those that are due.
 *
 * <ol>
 *   <li>Read ready deliveries by (at, s) from the very beginning; of each tid the first is its
 *       candidate.
 *   <li>Read the turns of these tids, then the deliveries that the turns name.
 *   <li>The named one has ended, or there is no turn: the candidate may begin. The named one is
 *       due: it is chosen, for it goes before all others. Otherwise the tid is blocked.
 *   <li>Too few found: read on, the tids already seen left out by the index.
 *   <li>In one transaction write each candidate that is to begin into its tid's turn, on condition
 *       that this is still the one that was read, and claim what the turns now name as on any queue
 *       ({@link Claiming}). A conflict with another's transaction undoes all of it: look again.
 * </ol>
 *
 * <p><b>Proof.</b>
 *
 * <ol>
 *   <li><i>At most one.</i> A turn changes only from a delivery that has ended, by one conditional
 *       write, and what has ended stays so until a replay, which removes the turn that names it in
 *       the same transaction. Each write has an id of its own, which never comes back, so a write
 *       on condition of the id read means that nothing happened in between. A turn may come to name
 *       one that has ended meanwhile; then the claim finds it gone, and undoes the turn with it.
 *   <li><i>The head keeps its place,</i> since until it has ended its turn does not change.
 *   <li><i>The first begins.</i> Candidates are read in the order of (at, s), which for what has
 *       not begun is due instant and publish order. What was stored before the claim was called is
 *       seen by that read. What is stored after the read overlaps with the claim: its due instant
 *       may be earlier, for a publish reads the time before it stores. So the candidate must begin
 *       in this claim or not at all, hence the transaction: a turn alone, left by a claim that
 *       failed, would let it go first however long after.
 *   <li><i>None is missed.</i> The candidate was due when the read began, so its publish began
 *       before the read, and what was published before it had been stored by then. (Within the one
 *       millisecond in which both clocks read the same, it is the storage engine's snapshot that
 *       shows either none or all: the server keeps one for 1,000 entries or 10 ms.)
 * </ol>
 *
 * <p>A standalone has no transactions: there a claim that dies between turn and lease lets its
 * candidate go before one with an earlier due instant whose publish was under way just then.
 */
final class Order {
  private static final int MAX_PASSES = 6;
  private static final int MAX_BLOCKED = 2000;
  private static final int MIN_WINDOW = 50;
  private static final int MAX_WINDOW = 1000;
  private static final Comparator<BsonDocument> BY_DUE =
      Comparator.<BsonDocument, Instant>comparing(doc -> Doc.instant(doc, Doc.AT))
          .thenComparingLong(doc -> Doc.number(doc, Doc.SEQUENCE));

  private final Ready ready;
  private final Turns turns;

  /**
   * What a look found.
   *
   * @param chosen what may be claimed as it is
   * @param beginning what may be claimed together with its tid's turn, by tid
   * @param ended the write of the turn that was read, by tid; nothing where there was none
   */
  record Heads(
      List<BsonDocument> chosen,
      Map<BsonValue, BsonDocument> beginning,
      Map<BsonValue, BsonValue> ended) {
    static Heads unordered(List<BsonDocument> found) {
      return new Heads(found, Map.of(), Map.of());
    }

    int size() {
      return chosen.size() + beginning.size();
    }

    /** Returns at most so many of them, at random. */
    Heads some(int most) {
      if (size() <= most) {
        return this;
      }
      List<BsonDocument> all = new ArrayList<>(chosen);
      all.addAll(beginning.values());
      Collections.shuffle(all, ThreadLocalRandom.current());
      Set<BsonValue> left = new HashSet<>();
      all.subList(0, most).forEach(doc -> left.add(doc.get(Doc.ID)));
      Map<BsonValue, BsonDocument> begins = new LinkedHashMap<>(beginning);
      begins.values().removeIf(doc -> !left.contains(doc.get(Doc.ID)));
      return new Heads(
          chosen.stream().filter(doc -> left.contains(doc.get(Doc.ID))).toList(),
          begins,
          among(ended, begins.keySet()));
    }

    private static Map<BsonValue, BsonValue> among(
        Map<BsonValue, BsonValue> ended, Set<BsonValue> tids) {
      Map<BsonValue, BsonValue> some = new HashMap<>(ended);
      some.keySet().retainAll(tids);
      return some;
    }
  }

  Order(Store store, Ready ready) {
    this.ready = ready;
    this.turns = new Turns(store);
  }

  /** Looks for deliveries that may be claimed, without their payloads. */
  Heads heads(ClaimRequest request) {
    int limit = Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, 2 * request.max()));
    Heads heads = new Heads(new ArrayList<>(), new LinkedHashMap<>(), new HashMap<>());
    Set<BsonValue> passed = new HashSet<>();
    for (int pass = 1; pass <= MAX_PASSES; pass++) {
      List<BsonDocument> window = ready.thin(request.queue(), passed, limit);
      choose(request.queue(), window, passed, heads);
      if (window.size() < limit || heads.size() >= request.max() || passed.size() > MAX_BLOCKED) {
        break;
      }
    }
    return first(heads, request.max());
  }

  private static Heads first(Heads heads, int max) {
    List<BsonDocument> chosen = heads.chosen.stream().sorted(BY_DUE).limit(max).toList();
    Map<BsonValue, BsonDocument> beginning = new LinkedHashMap<>();
    heads.beginning.entrySet().stream()
        .limit(max - chosen.size())
        .forEach(entry -> beginning.put(entry.getKey(), entry.getValue()));
    return new Heads(chosen, beginning, Heads.among(heads.ended, beginning.keySet()));
  }

  /** Gives turns; returns what may be claimed in the same transaction, by due and publish order. */
  List<BsonDocument> begin(ClientSession session, String queue, Heads heads) {
    List<BsonDocument> begun = turns.take(session, queue, heads.beginning, heads.ended);
    return Stream.concat(heads.chosen.stream(), begun.stream()).sorted(BY_DUE).toList();
  }

  private void choose(String queue, List<BsonDocument> window, Set<BsonValue> passed, Heads heads) {
    Map<BsonValue, BsonDocument> candidates = new LinkedHashMap<>();
    for (BsonDocument doc : window) {
      BsonValue tid = doc.get(Doc.TID);
      if (tid == null || !doc.containsKey(Doc.ORDERED)) {
        heads.chosen.add(doc);
      } else if (passed.add(tid)) {
        candidates.put(tid, doc);
      }
    }
    if (candidates.isEmpty()) {
      return;
    }
    Map<BsonValue, BsonDocument> read = turns.read(queue, candidates.keySet());
    Set<BsonValue> named = new HashSet<>();
    read.values().forEach(turn -> named.add(turn.get(Turns.HEAD)));
    Map<BsonValue, BsonDocument> living = ready.living(queue, named);
    candidates.forEach(
        (tid, candidate) -> {
          BsonDocument turn = read.get(tid);
          BsonDocument head = turn == null ? null : living.get(turn.get(Turns.HEAD));
          if (head == null) {
            heads.beginning.put(tid, candidate);
            if (turn != null) {
              heads.ended.put(tid, turn.get(Turns.WRITE, BsonNull.VALUE));
            }
          } else if (head.getBoolean(Ready.DUE).getValue() && ready.isClaimable(head)) {
            heads.chosen.add(head);
          }
        });
  }
}
