package io.wrkr.cli.bench;

/** Knows the raw limits. A further store is added here. */
final class RawLimits {
  private RawLimits() {}

  /** Returns the raw limit of the bus's store or broker; closing it cleans up. */
  static RawLimit of(BenchPlan plan) {
    String uri = plan.uri();
    if (uri.startsWith("memory:")) {
      return new MemoryRawLimit(plan.queues());
    }
    if (uri.startsWith("sqlite:")) {
      return SqliteRawLimit.beside(uri.substring("sqlite:".length()), plan);
    }
    if (uri.startsWith("jdbc:postgresql:")) {
      return ServerRawLimit.postgres(plan);
    }
    if (uri.startsWith("jdbc:mariadb:")) {
      return ServerRawLimit.mariaDb(plan);
    }
    if (uri.startsWith("mongodb:") || uri.startsWith("mongodb+srv:")) {
      return new MongoRawLimit(plan);
    }
    if (uri.startsWith("amqp:") || uri.startsWith("amqps:")) {
      return new RabbitRawLimit(plan);
    }
    if (uri.startsWith("mqtt:") || uri.startsWith("mqtts:")) {
      return new MqttRawLimit(plan);
    }
    return new NoRawLimit(uri.substring(0, Math.max(0, uri.indexOf(':'))));
  }

  static boolean isKnown(RawLimit limit) {
    return !(limit instanceof NoRawLimit);
  }

  private record NoRawLimit(String scheme) implements RawLimit {
    @Override
    public String what() {
      return "not known for " + scheme;
    }

    @Override
    public void run(int events) {}

    @Override
    public void close() {}
  }
}
