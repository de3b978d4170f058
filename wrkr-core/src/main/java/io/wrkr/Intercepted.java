package io.wrkr;

import java.util.List;

/** Interceptors put around publishes and handler calls, the first outermost. */
final class Intercepted {
  private Intercepted() {}

  static Publisher publisher(Publisher target, List<Interceptor> interceptors) {
    Publisher chain = target;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      chain = new Step(interceptors.get(i), chain);
    }
    return chain;
  }

  static BatchHandler handler(Route route, List<Interceptor> interceptors) {
    BatchHandler chain = route::call;
    for (int i = interceptors.size() - 1; i >= 0; i--) {
      Interceptor interceptor = interceptors.get(i);
      BatchHandler next = chain;
      chain =
          route.batch() > 1
              ? deliveries -> interceptor.handleBatch(deliveries, next)
              : deliveries ->
                  interceptor.handle(deliveries.get(0), one -> next.handle(List.of(one)));
    }
    return chain;
  }

  private record Step(Interceptor interceptor, Publisher next) implements Publisher {
    @Override
    public Receipt publish(Event event) {
      return publish(List.of(event)).get(0);
    }

    @Override
    public List<Receipt> publish(List<Event> events) {
      return interceptor.publish(events, next);
    }
  }
}
