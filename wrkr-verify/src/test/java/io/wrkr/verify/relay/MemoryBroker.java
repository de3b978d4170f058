package io.wrkr.verify.relay;

import io.wrkr.Subscription;
import io.wrkr.spi.Pattern;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wire;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A broker in this process, in its shortest form; each {@link #connect} is another program's. */
public final class MemoryBroker {
  private final Map<String, Line> lines = new ConcurrentHashMap<>();

  /** How many intakes are to succeed without their events being removed, as if an ack was lost. */
  int acksToLose;

  /** How many sends are to be refused. */
  int sendsToRefuse;

  private static final class Line {
    final Set<Pattern> patterns = ConcurrentHashMap.newKeySet();
    final Deque<Wire.Cargo> waiting = new ArrayDeque<>();
    final List<Hint> hints = new CopyOnWriteArrayList<>();
  }

  /** Each listener is itself alone. */
  private static final class Hint {
    final Runnable run;

    Hint(Runnable run) {
      this.run = run;
    }
  }

  /** Connects as one more program. */
  public Wire connect() {
    return new Connection();
  }

  /** Takes a queue away with all bindings, as a person does by hand. */
  void dropByHand(String queue) {
    lines.remove(queue);
  }

  void put(String queue, Wire.Cargo cargo) {
    put(lines.computeIfAbsent(queue, q -> new Line()), cargo);
  }

  private static void put(Line line, Wire.Cargo cargo) {
    synchronized (line) {
      line.waiting.add(cargo);
    }
    line.hints.forEach(MemoryBroker::give);
  }

  private static void give(Hint hint) {
    try {
      hint.run.run();
    } catch (IllegalStateException e) {
      // A broken hint does no harm to whoever sends.
    }
  }

  private final class Connection implements Wire {
    private final Set<Runnable> onClose = ConcurrentHashMap.newKeySet();

    @Override
    public void bind(Subscription s) {
      lines.computeIfAbsent(s.queue(), q -> new Line()).patterns.add(Pattern.of(s.pattern()));
    }

    @Override
    public void unbind(Subscription s) {
      Line line = lines.get(s.queue());
      if (line != null) {
        line.patterns.remove(Pattern.of(s.pattern()));
      }
    }

    @Override
    public Set<Integer> send(List<Cargo> cargo) {
      if (sendsToRefuse > 0) {
        sendsToRefuse--;
        throw new io.wrkr.spi.BackendException(
            io.wrkr.spi.BackendException.Outcome.FAILED, "refused", null);
      }
      Set<Integer> lost = new HashSet<>();
      for (int i = 0; i < cargo.size(); i++) {
        List<Line> reached = new ArrayList<>();
        for (Line line : lines.values()) {
          String name = cargo.get(i).event().name();
          if (line.patterns.stream().anyMatch(pattern -> pattern.matches(name))) {
            reached.add(line);
          }
        }
        for (Line line : reached) {
          put(line, cargo.get(i));
        }
        if (reached.isEmpty()) {
          lost.add(i);
        }
      }
      return lost;
    }

    @Override
    public int receive(String queue, int max, Consumer<List<Cargo>> intake) {
      Line line = lines.get(queue);
      if (line == null) {
        return 0;
      }
      synchronized (line) {
        List<Cargo> taken = new ArrayList<>();
        while (taken.size() < max && !line.waiting.isEmpty()) {
          taken.add(line.waiting.poll());
        }
        boolean removed = false;
        try {
          if (!taken.isEmpty()) {
            intake.accept(taken);
          }
          removed = acksToLose == 0;
        } finally {
          if (!removed) {
            acksToLose = Math.max(0, acksToLose - 1);
            for (int i = taken.size() - 1; i >= 0; i--) {
              line.waiting.addFirst(taken.get(i));
            }
          }
        }
        return taken.size();
      }
    }

    @Override
    public Waiting waiting(String queue) {
      Line line = lines.get(queue);
      if (line == null) {
        return Waiting.NONE;
      }
      synchronized (line) {
        return new Waiting(
            line.waiting.size(),
            Optional.ofNullable(line.waiting.peek()).map(first -> first.arrival().publishedAt()));
      }
    }

    @Override
    public boolean delete(String queue) {
      return lines.remove(queue) != null;
    }

    @Override
    public Registration onArrival(String queue, Runnable hint) {
      Line line = lines.computeIfAbsent(queue, q -> new Line());
      Hint listener = new Hint(hint);
      line.hints.add(listener);
      Runnable remove = () -> line.hints.remove(listener);
      onClose.add(remove);
      return remove::run;
    }

    @Override
    public void close() {
      onClose.forEach(Runnable::run);
    }
  }
}
