package io.wrkr.mongo;

import io.wrkr.spi.ClaimRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonValue;

/**
 * Chooses what may be claimed of a queue that keeps the order of each tid.
 *
 * <p><b>Rule.</b> Of one tid at most one delivery has begun and not ended. Which one, says the
 * tid's <i>turn</i>, a document {@code {_id: {q, t}, h: id of the delivery}}. A delivery may be
 * claimed only while the turn names it. It has ended when it was acked, cancelled or discarded:
 * when it neither waits (field {@code at}) nor is dead (field {@code x}); retry, release, the end
 * of a lease and dead letter end nothing. The next to begin is the first, by due instant and
 * publish order, of those that are due.
 *
 * <ol>
 *   <li>Read ready deliveries by (at, s) from the very beginning; of each tid the first is its
 *       candidate.
 *   <li>Read the turns of these tids, then the deliveries that the turns name.
 *   <li>The named one has ended, or there is no turn: write the candidate into the turn, on
 *       condition that it still names what was read. The named one is due: it is chosen, for it
 *       goes before all others. Otherwise the tid is blocked.
 *   <li>Too few chosen: read on, the tids already seen left out by the index.
 *   <li>What the turns now name is claimed as on any queue ({@link Claiming}).
 * </ol>
 *
 * <p><b>Proof.</b>
 *
 * <ol>
 *   <li><i>At most one.</i> A turn changes only from a delivery that has ended, by one conditional
 *       write, and what has ended stays so. Hence no value comes back, and a write on condition of
 *       a value read means that nothing happened in between. Nobody holds a lock: a process that
 *       dies between 3 and 5 leaves a turn that names a delivery which is ready, and any other
 *       claims it. A turn may come to name one that has ended meanwhile; the next to look finds
 *       that out.
 *   <li><i>The head keeps its place,</i> since until it has ended its turn does not change.
 *   <li><i>The first begins.</i> Candidates are read in the order of (at, s), which for what has
 *       not begun is due instant and publish order. What is stored or rescheduled after that read
 *       gets a due instant not before the server's now, hence comes after all that were due. So the
 *       choice stays right however late the turn is written.
 *   <li><i>None is missed.</i> The candidate was due when the read began, so its publish began
 *       before the read, and what was published before it had been stored by then. (Within the one
 *       millisecond in which both clocks read the same, it is the storage engine's snapshot that
 *       shows either none or all: the server keeps one for 1,000 entries or 10 ms.)
 * </ol>
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

  /** What a claim has found out so far. */
  private static final class Choice {
    final List<BsonDocument> chosen = new ArrayList<>();
    final Map<BsonValue, BsonDocument> beginning = new LinkedHashMap<>();
    final Map<BsonValue, BsonValue> ended = new HashMap<>();
    final Set<BsonValue> passed = new HashSet<>();

    int size() {
      return chosen.size() + beginning.size();
    }
  }

  Order(Store store, Ready ready) {
    this.ready = ready;
    this.turns = new Turns(store);
  }

  /** Returns deliveries that may be claimed, without their payloads, by due and publish order. */
  List<BsonDocument> heads(ClaimRequest request) {
    int limit = Math.min(MAX_WINDOW, Math.max(MIN_WINDOW, 2 * request.max()));
    Choice choice = new Choice();
    for (int pass = 1; pass <= MAX_PASSES; pass++) {
      List<BsonDocument> window = ready.thin(request.queue(), choice.passed, limit);
      choose(request.queue(), window, choice);
      if (window.size() < limit
          || choice.size() >= request.max()
          || choice.passed.size() > MAX_BLOCKED) {
        break;
      }
    }
    choice.chosen.addAll(turns.take(request.queue(), first(choice, request.max()), choice.ended));
    return choice.chosen.stream().sorted(BY_DUE).limit(request.max()).toList();
  }

  private static Map<BsonValue, BsonDocument> first(Choice choice, int max) {
    Map<BsonValue, BsonDocument> first = new LinkedHashMap<>();
    choice.beginning.entrySet().stream()
        .limit(Math.max(0, max - choice.chosen.size()))
        .forEach(entry -> first.put(entry.getKey(), entry.getValue()));
    return first;
  }

  private void choose(String queue, List<BsonDocument> window, Choice choice) {
    Map<BsonValue, BsonDocument> candidates = new LinkedHashMap<>();
    for (BsonDocument doc : window) {
      BsonValue tid = doc.get(Doc.TID);
      if (tid == null || !doc.containsKey(Doc.ORDERED)) {
        choice.chosen.add(doc);
      } else if (choice.passed.add(tid)) {
        candidates.put(tid, doc);
      }
    }
    if (candidates.isEmpty()) {
      return;
    }
    Map<BsonValue, BsonValue> named = turns.read(queue, candidates.keySet());
    Map<BsonValue, BsonDocument> living = ready.living(queue, Set.copyOf(named.values()));
    candidates.forEach(
        (tid, candidate) -> {
          BsonValue turn = named.get(tid);
          BsonDocument head = turn == null ? null : living.get(turn);
          if (head == null) {
            choice.beginning.put(tid, candidate);
            if (turn != null) {
              choice.ended.put(tid, turn);
            }
          } else if (head.getBoolean(Ready.DUE).getValue()) {
            choice.chosen.add(head);
          }
        });
  }
}
