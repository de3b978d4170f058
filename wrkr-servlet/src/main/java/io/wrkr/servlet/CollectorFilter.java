package io.wrkr.servlet;

import io.wrkr.EventCollector;
import io.wrkr.UnpublishedEventsException;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Makes each request a unit of work of the {@link EventCollector}: what its thread collected is
 * published when it succeeds. Thread-safe; needs the Servlet API 5 or newer.
 *
 * <p>A request fails when the rest of the chain throws, or answers with a status of 500 or above,
 * which is what frameworks make of an exception: then what it collected is dropped. Put the filter
 * outside those that commit the database's transaction, so that nothing is published before.
 *
 * <p>When the publish fails, {@link UnpublishedEventsException} is thrown, which carries the
 * events; nothing of them stays on the thread, which the container will give another request. The
 * answer may have been sent by then. Where no event may be lost, publish within the transaction
 * instead.
 *
 * <p>What a request collects on other threads, asynchronously say, is not seen here: hand its unit
 * of work over by {@link EventCollector#capture} before this thread returns.
 */
public final class CollectorFilter implements Filter {
  private static final int FAILED = HttpServletResponse.SC_INTERNAL_SERVER_ERROR;

  private final EventCollector collector;

  /** Creates a filter around the requests of whoever uses this collector. */
  public CollectorFilter(EventCollector collector) {
    this.collector = collector;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    EventCollector.Block block = collector.open();
    try (block) {
      chain.doFilter(request, response);
      if (!(response instanceof HttpServletResponse http) || http.getStatus() < FAILED) {
        block.succeeded();
      }
    } catch (UnpublishedEventsException unpublished) {
      collector.clear();
      throw unpublished;
    }
  }
}
