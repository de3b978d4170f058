package io.wrkr.jdbc;

import io.wrkr.HealthCheck;
import io.wrkr.Page;
import io.wrkr.Query;
import io.wrkr.QueueStats;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Arrival;
import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.ClaimedDelivery;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Clocked;
import io.wrkr.spi.Examined;
import io.wrkr.spi.Inspector;
import io.wrkr.spi.Intake;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Registration;
import io.wrkr.spi.Replay;
import io.wrkr.spi.Settlement;
import io.wrkr.spi.TransactionalPublish;
import io.wrkr.spi.Wakeups;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Keeps deliveries in a relational database: SQLite, PostgreSQL, MariaDB or MySQL; H2 in tests
 * only.
 *
 * <p>Thread-safe; any number of instances in any number of processes work on one database. What a
 * method stored is on the disk when it returns. The algorithm:
 *
 * <ol>
 *   <li><b>One clock.</b> Every call reads the store's now, in the same statement as the version of
 *       the subscriptions. Instants are microseconds, rounded up.
 *   <li><b>One due instant.</b> {@code delivery.due_at} is the delay, the retry time and the end of
 *       the lease. Ready is {@code due_at <= now}; nobody has to move an expired lease.
 *   <li><b>Subscribe</b> and all that changes queues raises the version of the subscriptions in its
 *       own transaction; every call reads that version and takes the cached ones only if they are
 *       of it. So a publish that begins after a subscribe returned, anywhere, sees it.
 *   <li><b>Publish</b> inserts one row an event and a thin row a delivery, in one transaction. An
 *       id that is there already is a repeat: its row is locked, and only queues that it does not
 *       list in {@code queue_ids} get a delivery. It is never judged by "there is no delivery":
 *       that one may have been acked a moment ago.
 *   <li><b>Claim</b> selects the first ready rows by (due_at, seq), skipping those that others are
 *       changing, and sets due_at = now + lease, token + 1, attempt + 1. Where nothing is ready it
 *       begins no transaction. Tokens start at the sequence, which rises with time, so that no
 *       later delivery of the same event id repeats one.
 *   <li><b>Settle and extend</b> lock the rows, compare the tokens, then write by key; what does
 *       not match is refused. Ack deletes the row; a dead letter and an archived delivery move to
 *       tables of their own, so that the hot table stays small. Follow-ups join the transaction.
 *   <li><b>Order.</b> On an ordered queue a delivery that was claimed holds its tid's {@code lane},
 *       unique in the queue, until it ends. A claim puts back those that wait behind another; the
 *       end of a delivery pulls the first of its tid forward in the same transaction.
 *   <li><b>Dedupe.</b> The event's row is the record; {@code live} counts its deliveries that are
 *       there, dead, or ended within their window. The end of a delivery writes when that window
 *       passes; prune reads those in order and counts down, and removes the row at zero.
 * </ol>
 *
 * <p>On SQLite all writes of a process share one connection and commit in groups. On PostgreSQL a
 * publish, a claim and the acks of a batch are one statement each, see {@link PostgresOperations}.
 */
public final class JdbcBackend
    implements Backend,
        Inspector,
        Replay,
        Wakeups,
        Clocked,
        Intake,
        Examined,
        TransactionalPublish<Connection> {
  private final Capabilities capabilities;
  private final Store store;
  private final Hints hints;
  private final Catalog catalog;
  private final Operations operations;
  private final Joining joining;
  private final Arriving arriving;
  private final Settling settling;
  private final Search search;
  private final Changes changes;
  private final Replays replays;
  private final Pruning pruning;
  private final Examining examining;

  JdbcBackend(Capabilities capabilities, Parts parts, Hints hints) {
    this.capabilities = capabilities;
    this.store = parts.store();
    this.hints = hints;
    this.catalog = parts.catalog();
    Sql sql = parts.sql();
    Ending ending = new Ending(sql);
    Publishing publishing = new Publishing(sql, parts.dialect(), catalog);
    Claiming claiming = new Claiming(sql, parts.dialect(), catalog, parts.events());
    this.arriving = new Arriving(catalog, publishing);
    this.settling = new Settling(sql, catalog, publishing, ending);
    Operations steps = new Operations.InTransactions(store, publishing, claiming, settling);
    this.operations = parts.dialect().operations(parts, publishing, steps);
    this.joining = new Joining(parts.dialect(), operations);
    this.search = new Search(sql, catalog);
    this.changes = new Changes(store, sql, catalog, ending);
    this.replays = new Replays(parts, publishing, ending);
    this.pruning = new Pruning(store, sql, catalog);
    this.examining = new Examining(parts, claiming, search);
  }

  /** Says when deliveries may have arrived. */
  interface Hints extends AutoCloseable {
    Registration add(String queue, Runnable hint);

    /** Tells others that these queues got deliveries, where they do not find out by themselves. */
    default void arrived(Collection<String> queues) {}

    /** Does the same where it is not known which queues did. */
    default void arrivedAnywhere() {}

    @Override
    void close();
  }

  /**
   * Opens an SQLite file, creating it and its tables where they are missing.
   *
   * @throws BackendException if the file cannot be opened or written, or is none of SQLite
   */
  public static JdbcBackend sqlite(Path file) {
    return sqlite(file, JdbcOptions.defaults());
  }

  /** Does the same as {@link #sqlite(Path)}, with options. */
  public static JdbcBackend sqlite(Path file, JdbcOptions options) {
    return Opening.sqlite(file, options);
  }

  /**
   * Opens the database of a source of connections, creating the tables where they are missing. Its
   * kind is found by asking a connection. The source stays the caller's and is not closed. A
   * server's pool has to offer two connections at least: from the first claim to the close one is
   * kept for the extending of leases, which must go on when handlers hold all others.
   *
   * @throws BackendException if the database cannot be reached or is of a kind that is not known
   */
  public static JdbcBackend of(DataSource source) {
    return of(source, JdbcOptions.defaults());
  }

  /** Does the same as {@link #of(DataSource)}, with options. */
  public static JdbcBackend of(DataSource source, JdbcOptions options) {
    return Opening.of(source, options);
  }

  @Override
  public void useClock(InstantSource clock) {
    catalog.useClock(clock);
  }

  @Override
  public Capabilities capabilities() {
    return capabilities;
  }

  @Override
  public void subscribe(Subscription subscription, boolean ordered) {
    Routes now = store.read(session -> catalog.moment(session).routes());
    if (!Catalog.knows(now, subscription, ordered)) {
      store.write(session -> catalog.subscribe(session, subscription, ordered));
    }
  }

  @Override
  public boolean unsubscribe(Subscription subscription) {
    return store.write(session -> catalog.unsubscribe(session, subscription));
  }

  @Override
  public List<Subscription> subscriptions() {
    return store.read(session -> catalog.moment(session).routes().subscriptions());
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events) {
    List<Receipt> receipts = operations.publish(events);
    Set<String> queues = new HashSet<>();
    receipts.forEach(receipt -> queues.addAll(receipt.queues()));
    hints.arrived(queues);
    return receipts;
  }

  @Override
  public Class<Connection> transactionType() {
    return Connection.class;
  }

  @Override
  public List<Receipt> publish(List<OutgoingEvent> events, Connection transaction) {
    return joining.publish(events, transaction);
  }

  @Override
  public Claims claim(ClaimRequest request) {
    store.reserve();
    return operations.claim(request);
  }

  @Override
  public void accept(String queue, List<Arrival> arrivals) {
    store.write(session -> arriving.take(session, queue, arrivals, null));
    hints.arrived(List.of(queue));
  }

  @Override
  public List<ClaimedDelivery> take(String queue, List<Arrival> arrivals, Duration lease) {
    return store.write(session -> arriving.take(session, queue, arrivals, lease));
  }

  @Override
  public List<Lease> extend(List<Lease> leases, Duration lease) {
    return store.writeReserved(session -> settling.extend(session, leases, lease));
  }

  @Override
  public List<Lease> settle(List<Settlement> settlements) {
    List<Lease> refused = operations.settle(settlements);
    tellOthers(settlements);
    return refused;
  }

  /** What is given back may be due at once, and others may have time for it. */
  private void tellOthers(List<Settlement> settlements) {
    Set<String> queues = new HashSet<>();
    for (Settlement settlement : settlements) {
      if (settlement instanceof Settlement.Ack ack) {
        if (!ack.followUps().isEmpty()) {
          hints.arrivedAnywhere();
        }
      } else {
        queues.add(settlement.lease().queue());
      }
    }
    hints.arrived(queues);
  }

  @Override
  public int prune(int max) {
    return pruning.prune(max);
  }

  @Override
  public Page find(Query query) {
    return store.read(session -> search.find(session, query));
  }

  @Override
  public List<HealthCheck> examine() {
    return examining.examine();
  }

  @Override
  public List<QueueStats> stats() {
    return store.read(search::stats);
  }

  @Override
  public long cancel(Query query) {
    return changes.cancel(query);
  }

  @Override
  public long reschedule(Query query, Instant due) {
    long changed = changes.reschedule(query, due);
    hints.arrivedAnywhere();
    return changed;
  }

  @Override
  public long redrive(Query query) {
    long changed = changes.redrive(query);
    hints.arrivedAnywhere();
    return changed;
  }

  @Override
  public long discard(Query query) {
    return changes.discard(query);
  }

  @Override
  public long replay(String queue, Instant from, Instant to) {
    long changed = replays.replay(queue, from, to);
    hints.arrived(List.of(queue));
    return changed;
  }

  @Override
  public boolean deleteQueue(String queue) {
    return store.write(session -> pruning.deleteQueue(session, queue));
  }

  @Override
  public Registration onArrival(String queue, Runnable hint) {
    return hints.add(queue, hint);
  }

  @Override
  public void close() {
    hints.close();
    store.close();
  }
}
