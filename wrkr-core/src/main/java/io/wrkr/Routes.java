package io.wrkr;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The handlers of one queue in this process, most specific first. Thread-safe. */
final class Routes {
  private volatile List<Route> routes = List.of();

  synchronized void add(Route route) {
    if (routes.stream().anyMatch(known -> known.pattern().equals(route.pattern()))) {
      throw new IllegalArgumentException(
          "The pattern '"
              + route.pattern()
              + "' already has a handler on this queue: give one only");
    }
    routes =
        Stream.concat(routes.stream(), Stream.of(route))
            .sorted(Comparator.comparing(Route::pattern))
            .toList();
  }

  Optional<Route> match(String name) {
    for (Route route : routes) {
      if (route.pattern().matches(name)) {
        return Optional.of(route);
      }
    }
    return Optional.empty();
  }

  boolean isEmpty() {
    return routes.isEmpty();
  }

  /** Returns the largest batch of all handlers, 1 where none takes batches. */
  int largestBatch() {
    return routes.stream().mapToInt(Route::batch).max().orElse(1);
  }
}
