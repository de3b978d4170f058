package io.wrkr.verify;

import io.wrkr.verify.Subscriptions.Reach;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks that ordered queues keep the order of each tid (I7), by two sweeps over a tid's
 * deliveries.
 *
 * <p>From its first claim to its end (ack, cancel, discard; not dead letter) a delivery excludes
 * all others of its tid. And of two deliveries of which one is certainly earlier, by due instant,
 * then by order of publish, and was stored by then, the later is not claimed before the operation
 * that ended the earlier began. One whose first claim that answered counts a later attempt was
 * begun by a lost claim, at the earliest by the queue's first.
 */
final class OrderCheck {
  private record Group(int queue, long tid) {}

  /** What counts of one delivery: all instants are of the time line, but for {@code due}. */
  private static final class Member {
    int event;
    int queue;
    long claimed = History.NEVER;
    long begun = History.NEVER;
    long ended = History.NEVER;
    long due = Entry.UNKNOWN;
    int publish;
    boolean certain;
    final List<Integer> claims = new ArrayList<>();
  }

  private final Context context;
  private final History history;
  private final LostClaims lostClaims;

  OrderCheck(Context context) {
    this.context = context;
    this.history = context.history;
    this.lostClaims = new LostClaims(history);
  }

  void run() {
    Map<Group, List<Member>> groups = new HashMap<>();
    Evidence evidence = context.evidence;
    for (int delivery = 0; delivery < evidence.size(); delivery++) {
      int event = evidence.event(delivery);
      if (context.ordered[evidence.queue(delivery)] && context.publishes(event) > 0) {
        Member member = member(delivery);
        long tid = history.key[member.publish];
        if (tid != 0) {
          groups
              .computeIfAbsent(new Group(member.queue, tid), any -> new ArrayList<>())
              .add(member);
        }
      }
    }
    for (List<Member> members : groups.values()) {
      checkExclusion(members);
      if (!context.clock.mayGoBack()) {
        checkOrder(members);
      }
    }
  }

  private Member member(int delivery) {
    Evidence evidence = context.evidence;
    Member member = new Member();
    member.event = evidence.event(delivery);
    member.queue = evidence.queue(delivery);
    member.publish = evidence.publishes[evidence.publishesFrom[member.event]];
    long lastToken = 0;
    int attempt = 0;
    boolean rescheduled = false;
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      int row = evidence.rows[i];
      if (history.op[row] == Op.CLAIM && history.yes(row)) {
        member.claims.add(row);
        attempt = history.inv[row] < member.claimed ? history.attempt[row] : attempt;
        member.claimed = Math.min(member.claimed, history.inv[row]);
        member.begun = Math.min(member.begun, history.end[row]);
        lastToken = Math.max(lastToken, history.key[row]);
      }
      rescheduled |= history.op[row] == Op.RESCHEDULE;
    }
    if (attempt > 1) {
      member.claimed = Math.min(member.claimed, lostClaims.first(member.queue));
    }
    for (int i = evidence.from[delivery]; i < evidence.from[delivery + 1]; i++) {
      end(member, evidence.rows[i], lastToken);
    }
    for (int row : evidence.wide) {
      end(member, row, 0);
      rescheduled |= history.op[row] == Op.RESCHEDULE;
    }
    if (context.publishes(member.event) == 1 && history.ok(member.publish) && !rescheduled) {
      member.due = history.answer[member.publish];
    }
    member.certain = !member.claims.isEmpty() || mustBeStored(member);
    return member;
  }

  /** Notes an operation that may have ended the delivery; an overtaken ack cannot. */
  private void end(Member member, int row, long lastToken) {
    Op op = history.op[row];
    boolean ends =
        op == Op.CANCEL
            || op == Op.DISCARD
            || op == Op.DELETE
            || (op == Op.ACK && (history.ok(row) || history.key[row] >= lastToken));
    if (ends && history.may(row)) {
      member.ended = Math.min(member.ended, history.inv[row]);
    }
  }

  private boolean mustBeStored(Member member) {
    int row = member.publish;
    return history.ok(row)
        && !history.has(row, Entry.DUPLICATE)
        && context.subscriptions.reach(
                member.queue, history.name[row], history.inv[row], history.end[row])
            == Reach.MUST;
  }

  private void checkExclusion(List<Member> members) {
    List<Member> begun = new ArrayList<>(members);
    begun.removeIf(member -> member.claims.isEmpty());
    begun.sort(Comparator.comparingLong(member -> member.begun));
    record Claim(int row, Member member) {}
    List<Claim> claims = new ArrayList<>();
    for (Member member : begun) {
      member.claims.forEach(row -> claims.add(new Claim(row, member)));
    }
    claims.sort(Comparator.comparingLong(claim -> history.inv[claim.row()]));
    Member first = null;
    Member second = null;
    int next = 0;
    for (Claim claim : claims) {
      while (next < begun.size() && begun.get(next).begun < history.inv[claim.row()]) {
        Member member = begun.get(next++);
        if (first == null || member.ended > first.ended) {
          second = first;
          first = member;
        } else if (second == null || member.ended > second.ended) {
          second = member;
        }
      }
      Member other = first == claim.member() ? second : first;
      if (other != null && history.end[claim.row()] < other.ended) {
        add(claim.member(), other, "was claimed while another had begun and not ended");
        return;
      }
    }
  }

  private void checkOrder(List<Member> members) {
    List<Member> sorted = new ArrayList<>(members);
    sorted.removeIf(member -> member.due == Entry.UNKNOWN || !member.certain);
    sorted.sort(
        Comparator.<Member>comparingLong(member -> member.due)
            .thenComparingLong(member -> history.inv[member.publish])
            .thenComparingLong(member -> history.seq[member.publish]));
    Member latest = null;
    for (int from = 0; from < sorted.size(); ) {
      int to = from;
      while (to < sorted.size() && sorted.get(to).due == sorted.get(from).due) {
        to++;
      }
      List<Member> sameDue = sorted.subList(from, to);
      for (Member member : sameDue) {
        if (latest != null
            && member.begun < latest.ended
            && !checkAfterAll(member, sorted.subList(0, from))) {
          return;
        }
      }
      if (!checkSameDue(sameDue)) {
        return;
      }
      for (Member member : sameDue) {
        latest = latest == null || member.ended > latest.ended ? member : latest;
      }
      from = to;
    }
  }

  /** Sweeps deliveries of one due instant, by publish: earlier if its call, or place, was. */
  private boolean checkSameDue(List<Member> members) {
    List<Member> byEnd = new ArrayList<>(members);
    byEnd.sort(Comparator.comparingLong(member -> history.end[member.publish]));
    Member latest = null;
    Member inBatch = null;
    int next = 0;
    for (Member member : members) {
      while (next < byEnd.size()
          && history.end[byEnd.get(next).publish] < history.inv[member.publish]) {
        Member earlier = byEnd.get(next++);
        latest = latest == null || earlier.ended > latest.ended ? earlier : latest;
      }
      boolean together = inBatch != null && batch(inBatch) == batch(member);
      if (!checkAfter(member, latest) || (together && !checkAfter(member, inBatch))) {
        return false;
      }
      if (inBatch == null || !together || inBatch.ended <= member.ended) {
        inBatch = member;
      }
    }
    return true;
  }

  private long batch(Member member) {
    int row = member.publish;
    return history.seq[row] - history.item[row] << 16 | history.process[row];
  }

  /** Looks for the one that matters; only after the quick look at the latest end of all. */
  private boolean checkAfterAll(Member member, List<Member> earlier) {
    for (Member each : earlier) {
      if (!checkAfter(member, each)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Checks a pair. What was still being published when the claim began may not have been there yet:
   * its due instant was given before it was stored.
   */
  private boolean checkAfter(Member member, @Nullable Member earlier) {
    if (earlier == null
        || member.begun >= earlier.ended
        || history.end[earlier.publish] >= member.claimed) {
      return true;
    }
    add(member, earlier, "was claimed before an earlier one had ended");
    return false;
  }

  private void add(Member member, Member other, String what) {
    String key = Long.toHexString(history.events.key(other.event));
    context.add(Invariant.I7, member.event, member.queue, what + ": " + key);
  }
}
