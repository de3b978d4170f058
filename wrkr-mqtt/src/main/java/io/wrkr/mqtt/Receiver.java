package io.wrkr.mqtt;

import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import io.wrkr.spi.ForeignMessage;
import io.wrkr.spi.Lease;
import io.wrkr.spi.Pattern;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Wire;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives for one queue, while this instance holds the lease to. What arrives lies here until a
 * worker of this instance claims it, or for a moment, after which it goes to the store for all.
 *
 * <p>Whatever waits for the broker runs on the wire's timer, one step after the other; any thread
 * may take what has arrived.
 */
final class Receiver {
  /** Asks to subscribe what is new, and to move to the store what came before. */
  static final String SYNC = "sync";

  /** Asks for an answer when all that came before has been received. */
  static final String MARK = "mark";

  /** Asks to end the session. */
  static final String DELETE = "delete";

  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
  private static final long TURN_SECONDS = 10;
  private static final long OUSTED_SECONDS = 60;
  private static final long STRIKE_SECONDS = 30;

  private final String queue;
  private final Parts parts;
  private final ReentrantLock turn = new ReentrantLock(true);
  private final List<Hint> hints = new CopyOnWriteArrayList<>();
  private volatile List<Pattern> patterns = List.of();
  private volatile @Nullable Session session;
  private volatile @Nullable Lease lease;
  private volatile boolean ousted;
  private final AtomicLong taken = new AtomicLong();
  private boolean first;
  private int strikes;
  private long arrivedBefore;

  /** Each listener is itself alone. */
  private record Hint(Runnable run, Object identity) {}

  /** What the receivers of one wire share. {@code mover} moves some of a queue to the store. */
  record Parts(
      Link link,
      Topics topics,
      Election election,
      Outbox outbox,
      Timer timer,
      ToIntFunction<String> mover,
      InstantSource clock) {}

  /** Runs something on the timer's thread. */
  @FunctionalInterface
  interface Timer {
    void after(long seconds, Runnable task);
  }

  Receiver(String queue, Parts parts) {
    this.queue = queue;
    this.parts = parts;
  }

  Optional<Lease> lease() {
    return Optional.ofNullable(lease);
  }

  /** Returns whether what matches the pattern is brought to this instance. */
  boolean brings(String pattern) {
    Session current = session;
    return current != null && !current.isLost() && patterns.contains(Pattern.of(pattern));
  }

  /** On the timer: wins the lease if it is free, and connects if it is held. */
  void step() {
    letGoOfLost();
    requireNotOusted();
    if (lease == null) {
      Election.Won won = parts.election.run(queue).orElse(null);
      if (won == null) {
        return;
      }
      first = won.first();
      lease = won.lease();
    }
    if (session == null) {
      connect();
    }
  }

  private void letGoOfLost() {
    Session current = session;
    if (current == null || !current.isLost()) {
      return;
    }
    session = null; // what it brought comes again
    Lease held = lease;
    if (held == null || !current.isEnded() || !parts.outbox.isConnected()) {
      return;
    }
    // The broker goes on, and ended this connection alone: somebody has connected in its place.
    if (parts.election.hold(List.of(held)).isEmpty()) {
      lease = null; // the successor, as it should be
      return;
    }
    if (strikes++ == 0) {
      parts.timer.after(STRIKE_SECONDS, () -> strikes = 0);
      return;
    }
    ousted = true;
    LOG.error("{}", ousted());
    parts.timer.after(OUSTED_SECONDS, () -> ousted = false);
  }

  private String ousted() {
    return "The broker ends every connection of "
        + parts.topics.client(queue)
        + ", so another program that does not use this store must connect as that, too: give each"
        + " bus on a broker its own prefix; the queue '"
        + queue
        + "' receives nothing for "
        + OUSTED_SECONDS
        + " s";
  }

  private void requireNotOusted() {
    if (ousted) {
      throw new BackendException(Outcome.FAILED, ousted(), null);
    }
  }

  private void connect() {
    Session fresh = new Session(parts.link, parts.topics.client(queue), this::arrived);
    try {
      follow(fresh);
    } catch (RuntimeException e) {
      if (fresh.isEnded()) {
        session = fresh; // the next step judges who ended it
      } else {
        fresh.close(false);
      }
      throw e;
    }
    if (!fresh.isKnown() && !first) {
      LOG.warn(
          "The broker has forgotten the session {}: what waited there, or was published since, is"
              + " lost",
          parts.topics.client(queue));
    }
    first = false;
    taken.set(0);
    arrivedBefore = 0;
    session = fresh;
    hint();
    parts.timer.after(0, this::answerQuestions);
  }

  /** Subscribes to what the rows in the store say. */
  private void follow(Session on) {
    List<String> rows = parts.election.patterns(queue);
    patterns = rows.stream().map(Pattern::of).toList();
    Set<String> filters = new LinkedHashSet<>(parts.topics.filters(rows));
    filters.add(parts.topics.questions(queue));
    on.subscribe(filters);
  }

  /** On the client's thread. */
  private void arrived(Session on) {
    Mqtt5Publish last = on.messages.peekLast();
    if (last != null && isQuestion(last)) {
      parts.timer.after(0, this::answerQuestions);
    } else if (last != null && hints.isEmpty() && isMark(last)) {
      parts.timer.after(0, this::moveAll); // no worker here would
    } else if (on.messages.size() == 1) {
      hint();
    }
  }

  /** Tells whether a message is a question to which all before it has to be moved first. */
  private boolean isQuestion(Mqtt5Publish message) {
    return isAsked(message) && !text(message).equals(MARK);
  }

  private boolean isMark(Mqtt5Publish message) {
    return isAsked(message) && text(message).equals(MARK);
  }

  private boolean isAsked(Mqtt5Publish message) {
    return message.getTopic().toString().equals(parts.topics.questions(queue));
  }

  private static String text(Mqtt5Publish question) {
    return new String(question.getPayloadAsBytes(), StandardCharsets.UTF_8);
  }

  private void hint() {
    for (Hint each : hints) {
      try {
        each.run.run();
      } catch (RuntimeException e) {
        LOG.warn("A hint failed", e); // and is never the truth
      }
    }
  }

  Registration onArrival(Runnable run) {
    Hint hint = new Hint(run, new Object());
    hints.add(hint);
    return () -> hints.remove(hint);
  }

  /** On the timer: the lease is another's now. */
  void overtaken() {
    lease = null;
    Session current = session;
    session = null;
    if (current != null) {
      LOG.info("Another instance receives for the queue {} now", queue);
      current.close(false);
    }
  }

  /** On the timer: moves to the store what has been here since the last call. */
  void moveOld() {
    Session current = session;
    if (current == null) {
      return;
    }
    boolean moved = false;
    while (taken.get() < arrivedBefore && parts.mover.applyAsInt(queue) > 0) {
      moved = true;
    }
    arrivedBefore = current.arrivals();
    if (moved) {
      hint();
    }
  }

  private void moveAll() {
    while (parts.mover.applyAsInt(queue) > 0) {
      hint();
    }
  }

  /** On the timer. What cannot be done now is tried again with the next step. */
  void answerQuestions() {
    Session current = session;
    while (current != null && current == session) {
      List<Mqtt5Publish> questions = current.messages.stream().filter(this::isQuestion).toList();
      if (questions.isEmpty()) {
        return;
      }
      Mqtt5Publish deletion =
          questions.stream().filter(Receiver::isDeletion).findFirst().orElse(null);
      if (deletion != null) {
        // At once, whatever is before it: it is deleted, too.
        end();
        parts.outbox.answer(deletion, "");
        return;
      }
      moveAll();
      Mqtt5Publish question = pollQuestion(current);
      if (question != null) {
        parts.outbox.answer(question, followed(current));
      }
    }
  }

  private static boolean isDeletion(Mqtt5Publish question) {
    return text(question).equals(DELETE);
  }

  private @Nullable Mqtt5Publish pollQuestion(Session current) {
    takeTurn();
    try {
      Mqtt5Publish head = current.messages.peek();
      if (head == null || !isQuestion(head)) {
        return null;
      }
      current.messages.remove();
      taken.incrementAndGet();
      Session.acknowledge(head);
      return head;
    } finally {
      turn.unlock();
    }
  }

  /** Returns what went wrong, if anything. */
  private String followed(Session current) {
    try {
      follow(current);
      return "";
    } catch (BackendException e) {
      LOG.warn("The subscriptions of queue {} cannot be followed", queue, e);
      return Failures.text(e);
    }
  }

  /** Ends the session with all it holds, and the office, when nothing is being moved. */
  private void end() {
    takeTurn();
    Session current = session;
    session = null;
    lease = null;
    turn.unlock();
    if (current != null) {
      current.close(true);
    }
    parts.election.abolish(queue);
  }

  int receive(int max, Consumer<List<Wire.Cargo>> intake) {
    requireNotOusted();
    takeTurn();
    try {
      Session current = session;
      return current == null ? 0 : receive(current, max, intake);
    } finally {
      turn.unlock();
    }
  }

  private void takeTurn() {
    try {
      if (turn.tryLock(TURN_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new BackendException(
        Outcome.FAILED, "Another call receives for " + queue + " since long", null);
  }

  private int receive(Session from, int max, Consumer<List<Wire.Cargo>> intake) {
    List<Mqtt5Publish> messages = new ArrayList<>();
    Mqtt5Publish next = from.messages.peek();
    while (next != null && !isQuestion(next) && messages.size() < max) {
      messages.add(from.messages.remove());
      next = from.messages.peek();
    }
    boolean done = false;
    try {
      List<Wire.Cargo> cargo = cargo(messages);
      if (!cargo.isEmpty()) {
        intake.accept(cargo);
      }
      done = true;
    } finally {
      if (done) {
        taken.addAndGet(messages.size());
        messages.forEach(Session::acknowledge);
        messages.stream().filter(this::isMark).forEach(this::answerLater);
      } else {
        for (int i = messages.size() - 1; i >= 0; i--) {
          from.messages.addFirst(messages.get(i));
        }
      }
    }
    return messages.size();
  }

  /** Not here: what was taken in has to be handed out, whether there is a connection or not. */
  private void answerLater(Mqtt5Publish question) {
    parts.timer.after(0, () -> parts.outbox.answer(question, ""));
  }

  private List<Wire.Cargo> cargo(List<Mqtt5Publish> messages) {
    Instant now = parts.clock.instant();
    List<Wire.Cargo> cargo = new ArrayList<>(messages.size());
    for (Mqtt5Publish message : messages) {
      String topic = message.getTopic().toString();
      if (!parts.topics.isOwn(topic)) {
        Wire.Cargo each = Mapping.cargo(parts.topics.name(topic), message, now);
        if (!each.queues().isEmpty() || isSubscribed(each.event().name())) {
          cargo.add(each);
        }
      }
    }
    return cargo;
  }

  /** Filters bring more than patterns match; what has no name at all came by some of them. */
  private boolean isSubscribed(String name) {
    return name.equals(ForeignMessage.UNNAMED)
        || patterns.stream().anyMatch(pattern -> pattern.matches(name));
  }

  /** Returns what is here; the rest is in the store once the receiver was asked. */
  Wire.Waiting waiting() {
    Session current = session;
    List<Mqtt5Publish> here =
        current == null
            ? List.of()
            : current.messages.stream().filter(message -> !isAsked(message)).toList();
    List<Wire.Cargo> cargo = cargo(here);
    return cargo.isEmpty()
        ? Wire.Waiting.NONE
        : new Wire.Waiting(cargo.size(), Optional.of(cargo.get(0).arrival().publishedAt()));
  }

  /** Leaves the session to others; one that nobody will look for ends. */
  void close() {
    hints.clear();
    Session current = session;
    Lease held = lease;
    session = null;
    lease = null;
    if (current != null && held != null && patterns.isEmpty()) {
      current.close(true);
      parts.election.abolish(queue);
      return;
    }
    if (current != null) {
      current.close(false);
    }
    if (held != null) {
      parts.election.resign(held);
    }
  }
}
