package io.wrkr.cli;

import io.wrkr.DeliveryState;
import io.wrkr.Query;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options that choose deliveries; all that are given must hold. */
final class Filters {
  @Option(names = "--queue", paramLabel = "QUEUE", description = "Only of this queue.")
  private @Nullable String queue;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      converter = StateConverter.class,
      description = "Only scheduled, ready, leased, retrying, done or dead ones.")
  private @Nullable DeliveryState state;

  @Option(names = "--tid", paramLabel = "TID", description = "Only about this.")
  private @Nullable String tid;

  @Option(names = "--name", paramLabel = "NAME", description = "Only events of exactly this name.")
  private @Nullable String name;

  @Option(names = "--id", paramLabel = "ID", description = "Only the event with this id.")
  private @Nullable String id;

  /** Reads a state in upper or lower case. */
  static final class StateConverter implements ITypeConverter<DeliveryState> {
    @Override
    public DeliveryState convert(String value) {
      try {
        return DeliveryState.valueOf(value.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(
            "'"
                + Text.shortened(value, 60)
                + "' is no state: give scheduled, ready, leased, retrying, done or dead");
      }
    }
  }

  boolean areNone() {
    return queue == null && state == null && tid == null && name == null && id == null;
  }

  Query query() {
    Query query = Query.all();
    query = queue == null ? query : query.queue(queue);
    query = state == null ? query : query.state(state);
    query = tid == null ? query : query.tid(tid);
    query = name == null ? query : query.name(name);
    return id == null ? query : query.eventId(id);
  }
}
