package io.wrkr.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which queues a publish certainly reached, possibly reached, or certainly did not reach.
 *
 * <p>For each (queue, pattern) the instants at which the subscription certainly, and possibly,
 * existed are two step functions, whose steps lie at the ends and the invokes of SUB and UNSUB. A
 * publish that may take effect anywhere between its invoke and its end must reach the queue if the
 * subscription certainly existed all that time.
 */
final class Subscriptions {
  /** Whether a publish reaches a queue. */
  enum Reach {
    NOT,
    MAY,
    MUST
  }

  private static final class Timeline {
    final String pattern;
    final List<long[]> starts = new ArrayList<>();
    final List<long[]> ends = new ArrayList<>();
    long[] steps = {};
    boolean[] certain = {};
    boolean[] possible = {};

    Timeline(String pattern) {
      this.pattern = pattern;
    }

    /** Works out both step functions; the value before the first step is false. */
    void freeze() {
      steps =
          Arrays.stream(new List<?>[] {starts, ends})
              .flatMap(List::stream)
              .flatMapToLong(each -> Arrays.stream((long[]) each, 0, 2))
              .filter(at -> at != History.NEVER)
              .sorted()
              .distinct()
              .toArray();
      certain = new boolean[steps.length];
      possible = new boolean[steps.length];
      for (int i = 0; i < steps.length; i++) {
        certain[i] = isCertain(steps[i]);
        possible[i] = isPossible(steps[i]);
      }
    }

    private boolean isCertain(long at) {
      boolean any = false;
      for (long[] start : starts) {
        if (start[2] == 1 && start[1] <= at) {
          boolean holds = true;
          for (long[] end : ends) {
            holds &= end[0] > at || end[1] < start[0];
          }
          any |= holds;
        }
      }
      return any;
    }

    private boolean isPossible(long at) {
      for (long[] start : starts) {
        if (start[0] <= at) {
          boolean ended = false;
          for (long[] end : ends) {
            ended |= end[2] == 1 && end[0] > start[1] && end[1] <= at;
          }
          if (!ended) {
            return true;
          }
        }
      }
      return false;
    }

    Reach reach(long invoked, long to) {
      long from = invoked - 1;
      int step = Arrays.binarySearch(steps, from);
      int first = step < 0 ? -step - 2 : step;
      boolean all = true;
      boolean any = false;
      for (int i = first; i < steps.length && (i < 0 || steps[i] <= to); i++) {
        all &= i >= 0 && certain[i];
        any |= i >= 0 && possible[i];
      }
      return all && first >= 0 ? Reach.MUST : any ? Reach.MAY : Reach.NOT;
    }
  }

  private final History history;
  private final List<List<Timeline>> ofQueue = new ArrayList<>();

  /** By queue, then name: the timelines of matching patterns, once they were asked for. */
  private final Timeline[][][] matching;

  Subscriptions(History history) {
    this.history = history;
    List<Map<String, Timeline>> known = new ArrayList<>();
    for (int queue = 0; queue < history.queues.size(); queue++) {
      known.add(new HashMap<>());
      ofQueue.add(new ArrayList<>());
    }
    for (int row = 0; row < history.rows; row++) {
      Op op = history.op[row];
      if ((op == Op.SUB || op == Op.UNSUB) && history.outcome[row] != Outcome.FAIL) {
        int queue = history.queue[row];
        Timeline timeline =
            known
                .get(queue)
                .computeIfAbsent(history.nameText(row), pattern -> newTimeline(queue, pattern));
        (op == Op.SUB ? timeline.starts : timeline.ends).add(interval(row));
      }
    }
    addDeletedQueues();
    ofQueue.forEach(timelines -> timelines.forEach(Timeline::freeze));
    matching = new Timeline[history.queues.size()][history.names.size()][];
  }

  /** Says what a publish of this name, between invoke and end, means for a queue. */
  Reach reach(int queue, int name, long from, long to) {
    Timeline[] timelines = matching[queue][name];
    if (timelines == null) {
      String text = history.names.get(name);
      timelines =
          ofQueue.get(queue).stream()
              .filter(each -> OracleMatcher.matches(each.pattern, text))
              .toArray(Timeline[]::new);
      matching[queue][name] = timelines;
    }
    Reach best = Reach.NOT;
    for (Timeline timeline : timelines) {
      Reach reach = timeline.reach(from, to);
      best = reach.compareTo(best) > 0 ? reach : best;
    }
    return best;
  }

  private Timeline newTimeline(int queue, String pattern) {
    Timeline timeline = new Timeline(pattern);
    ofQueue.get(queue).add(timeline);
    return timeline;
  }

  private void addDeletedQueues() {
    for (int row = 0; row < history.rows; row++) {
      if (history.op[row] == Op.DELETE && history.outcome[row] != Outcome.FAIL) {
        for (Timeline timeline : ofQueue.get(history.queue[row])) {
          timeline.ends.add(interval(row));
        }
      }
    }
  }

  private long[] interval(int row) {
    return new long[] {history.inv[row], history.end[row], history.ok(row) ? 1 : 0};
  }
}
