package io.wrkr.tck;

import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The contract of a backend as tests. A backend's own test extends this and says how to make an
 * empty store:
 *
 * <pre>{@code
 * class MyBackendTest extends BackendTck {
 *   @Override
 *   protected TckStore newStore() {
 *     return new MyTckStore();
 *   }
 * }
 * }</pre>
 *
 * <p>Every test names the {@link Rule} it proves. Where the backend does not declare an ability
 * that a test needs, the test asserts that the bus refuses it. A table of rules is printed at the
 * end and written to {@code target/tck/}. Time never passes by itself: the kit moves the clock that
 * it hands to the backend.
 */
@ExtendWith(Conduct.class)
public abstract class BackendTck {
  /** The JUnit configuration parameter that, set to false, leaves the table of rules out. */
  public static final String REPORT = "wrkr.tck.report";

  /** The JUnit configuration parameter for how many seconds a signal may take; 20 unless set. */
  public static final String BOUND = "wrkr.tck.bound";

  /** Makes an empty store; called before each test. */
  protected abstract TckStore newStore();

  /** Returns the name of the backend in the report: the class's, without Backend, Tck and Test. */
  protected String backendName() {
    return getClass()
        .getSimpleName()
        .replaceAll("(Backend)?(Tck)?(Test)?$", "")
        .toLowerCase(Locale.ROOT);
  }

  @Nested
  class Life extends LifeRules {}

  @Nested
  class Close extends CloseRules {}

  @Nested
  class Restart extends RestartRules {}

  @Nested
  class Subscriptions extends SubscriptionRules {}

  @Nested
  class Patterns extends PatternRules {}

  @Nested
  class Publish extends PublishRules {}

  @Nested
  class Data extends DataRules {}

  @Nested
  class Claim extends ClaimRules {}

  @Nested
  class Ack extends AckRules {}

  @Nested
  class Leases extends LeaseRules {}

  @Nested
  class Retry extends RetryRules {}

  @Nested
  class Dead extends DeadRules {}

  @Nested
  class Delay extends DelayRules {}

  @Nested
  class Order extends OrderRules {}

  @Nested
  class OrderDead extends OrderDeadRules {}

  @Nested
  class Find extends FindRules {}

  @Nested
  class Cancel extends CancelRules {}

  @Nested
  class Dedupe extends DedupeRules {}

  @Nested
  class Archiving extends ArchiveRules {}

  @Nested
  class Stats extends StatsRules {}

  @Nested
  class Hostile extends HostileRules {}

  @Nested
  class Wake extends WakeRules {}

  @Nested
  class Races extends RaceRules {}

  @Nested
  class Replays extends ReplayRules {}

  @Nested
  class Transactions extends TransactionRules {}

  @Nested
  class BusLife extends BusLifeRules {}

  @Nested
  class BusClose extends BusCloseRules {}

  @Nested
  class BusNames extends BusNameRules {}

  @Nested
  class BusData extends BusDataRules {}

  @Nested
  class BusTake extends BusTakeRules {}

  @Nested
  class BusAck extends BusAckRules {}

  @Nested
  class BusLeases extends BusLeaseRules {}

  @Nested
  class BusRetry extends BusRetryRules {}

  @Nested
  class BusDelay extends BusDelayRules {}
}
