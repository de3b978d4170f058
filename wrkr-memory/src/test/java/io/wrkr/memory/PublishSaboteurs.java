package io.wrkr.memory;

import io.wrkr.Query;
import io.wrkr.Receipt;
import io.wrkr.Subscription;
import io.wrkr.spi.Backend;
import io.wrkr.spi.ClaimRequest;
import io.wrkr.spi.Claims;
import io.wrkr.spi.Due;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.StoredEvent;
import io.wrkr.tck.ForwardingBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Saboteurs that store wrongly. */
final class PublishSaboteurs {
  private PublishSaboteurs() {}

  static List<Saboteur> all() {
    return List.of(
        new Saboteur("FanOutSkipsLast", "PUB-6", FanOutSkipsLast::new),
        new Saboteur("FanOutAtDue", "PUB-3", FanOutAtDue::new),
        new Saboteur("CachesSubscriptions", "SUB-3", CachesSubscriptions::new),
        new Saboteur("UnsubscribeDropsDeliveries", "SUB-4", UnsubscribeDropsDeliveries::new),
        new Saboteur("SharesNothing", "LIFE-5", backend -> MemoryBackend.create()),
        new Saboteur("ConcurrentPublishLost", "PUB-7", ConcurrentPublishLost::new),
        new Saboteur("BatchReversed", "PUB-5", BatchReversed::new),
        new Saboteur("IgnoresCase", "PUB-8", storing(PublishSaboteurs::lowerCase)),
        new Saboteur("FiresEarly", "DELAY-1", storing(e -> due(e, sooner(e.due())))),
        new Saboteur("ForgetsDelay", "DELAY-4", storing(e -> due(e, Due.NOW))),
        new Saboteur("DedupeForgetsAtAck", "FIND-3", storing(e -> window(e, Duration.ZERO))),
        new Saboteur("DedupeForEver", "FIND-4", storing(e -> window(e, Duration.ofDays(9999)))),
        new Saboteur("LosesHeaders", "DATA-2", storing(e -> event(e, headers(e.event())))),
        new Saboteur("TidlessBecomesEmpty", "DATA-3", storing(e -> event(e, tid(e.event())))),
        new Saboteur("NormalisesJson", "DATA-1", storing(e -> event(e, payload(e.event())))),
        new Saboteur("IgnoresOrder", "ORDER-1", IgnoresOrder::new));
  }

  private static UnaryOperator<Backend> storing(UnaryOperator<OutgoingEvent> change) {
    return backend ->
        new ForwardingBackend(backend) {
          @Override
          public List<Receipt> publish(List<OutgoingEvent> events) {
            return super.publish(events.stream().map(change).toList());
          }
        };
  }

  private static OutgoingEvent event(OutgoingEvent of, StoredEvent event) {
    return new OutgoingEvent(event, of.due(), of.dedupeWindow());
  }

  private static OutgoingEvent due(OutgoingEvent of, Due due) {
    return new OutgoingEvent(of.event(), due, of.dedupeWindow());
  }

  private static OutgoingEvent window(OutgoingEvent of, Duration window) {
    return new OutgoingEvent(of.event(), of.due(), window);
  }

  private static Due sooner(Due due) {
    return due instanceof Due.After after && !after.delay().isZero()
        ? new Due.After(after.delay().minusMillis(1))
        : due;
  }

  private static OutgoingEvent lowerCase(OutgoingEvent of) {
    StoredEvent e = of.event();
    String name = e.name().toLowerCase(Locale.ROOT);
    return event(of, new StoredEvent(e.id(), name, e.tid(), e.payload(), e.headers()));
  }

  private static StoredEvent headers(StoredEvent e) {
    return new StoredEvent(e.id(), e.name(), e.tid(), e.payload(), Map.of());
  }

  private static StoredEvent tid(StoredEvent e) {
    Optional<String> tid = Optional.of(e.tid().orElse(""));
    return new StoredEvent(e.id(), e.name(), tid, e.payload(), e.headers());
  }

  private static StoredEvent payload(StoredEvent e) {
    byte[] bytes = e.payload().text().replace(" ", "").getBytes(StandardCharsets.UTF_8);
    Payload payload = new Payload(e.payload().contentType(), bytes);
    return new StoredEvent(e.id(), e.name(), e.tid(), payload, e.headers());
  }

  private static final class FanOutSkipsLast extends ForwardingBackend {
    FanOutSkipsLast(Backend target) {
      super(target);
    }

    @Override
    public List<Receipt> publish(List<OutgoingEvent> events) {
      List<Receipt> receipts = super.publish(events);
      for (Receipt receipt : receipts) {
        if (receipt.queues().size() > 1) {
          String last = receipt.queues().get(receipt.queues().size() - 1);
          cancel(Query.all().queue(last).eventId(receipt.id()));
        }
      }
      return receipts;
    }
  }

  /** Keeps delayed events aside, and looks for subscribers when they are due. */
  private static final class FanOutAtDue extends ForwardingBackend {
    private final List<OutgoingEvent> aside = new ArrayList<>();
    private InstantSource clock = () -> Instant.EPOCH;

    FanOutAtDue(Backend target) {
      super(target);
    }

    @Override
    public void useClock(InstantSource given) {
      clock = given;
      super.useClock(given);
    }

    @Override
    public synchronized List<Receipt> publish(List<OutgoingEvent> events) {
      List<Receipt> receipts = new ArrayList<>();
      for (OutgoingEvent event : events) {
        Instant due = event.due().from(clock.instant());
        if (due.isAfter(clock.instant())) {
          aside.add(due(event, new Due.At(due)));
          receipts.add(new Receipt(event.event().id(), due, List.of(), false));
        } else {
          receipts.addAll(super.publish(List.of(event)));
        }
      }
      return receipts;
    }

    @Override
    public synchronized Claims claim(ClaimRequest request) {
      Instant now = clock.instant();
      List<OutgoingEvent> due =
          aside.stream().filter(e -> !((Due.At) e.due()).instant().isAfter(now)).toList();
      aside.removeAll(due);
      super.publish(due);
      return super.claim(request);
    }
  }

  /** Knows only the subscriptions that it has seen itself. */
  private static final class CachesSubscriptions extends ForwardingBackend {
    private final List<Subscription> known = new ArrayList<>();

    CachesSubscriptions(Backend target) {
      super(target);
      known.addAll(target.subscriptions());
    }

    @Override
    public synchronized void subscribe(Subscription subscription, boolean ordered) {
      super.subscribe(subscription, ordered);
      known.add(subscription);
    }

    @Override
    public synchronized List<Receipt> publish(List<OutgoingEvent> events) {
      List<Receipt> receipts = super.publish(events);
      for (Receipt receipt : receipts) {
        for (String queue : receipt.queues()) {
          if (known.stream().noneMatch(s -> s.queue().equals(queue))) {
            cancel(Query.all().queue(queue).eventId(receipt.id()));
          }
        }
      }
      return receipts;
    }
  }

  private static final class UnsubscribeDropsDeliveries extends ForwardingBackend {
    UnsubscribeDropsDeliveries(Backend target) {
      super(target);
    }

    @Override
    public boolean unsubscribe(Subscription subscription) {
      cancel(Query.all().queue(subscription.queue()));
      return super.unsubscribe(subscription);
    }
  }

  /** Says "stored" to a thread that comes after another one, as if both had written one page. */
  private static final class ConcurrentPublishLost extends ForwardingBackend {
    private @Nullable Thread last;

    ConcurrentPublishLost(Backend target) {
      super(target);
    }

    @Override
    public synchronized List<Receipt> publish(List<OutgoingEvent> events) {
      boolean lost = last != null && last != Thread.currentThread();
      last = Thread.currentThread();
      return lost
          ? events.stream()
              .map(e -> new Receipt(e.event().id(), Instant.EPOCH, List.of("q"), false))
              .toList()
          : super.publish(events);
    }
  }

  private static final class BatchReversed extends ForwardingBackend {
    BatchReversed(Backend target) {
      super(target);
    }

    @Override
    public List<Receipt> publish(List<OutgoingEvent> events) {
      List<OutgoingEvent> reversed = new ArrayList<>(events);
      Collections.reverse(reversed);
      List<Receipt> receipts = new ArrayList<>(super.publish(reversed));
      Collections.reverse(receipts);
      return receipts;
    }
  }

  private static final class IgnoresOrder extends ForwardingBackend {
    IgnoresOrder(Backend target) {
      super(target);
    }

    @Override
    public void subscribe(Subscription subscription, boolean ordered) {
      super.subscribe(subscription, false);
    }
  }
}
