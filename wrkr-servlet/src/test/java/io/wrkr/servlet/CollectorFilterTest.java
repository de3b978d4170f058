package io.wrkr.servlet;

import static io.wrkr.test.WrkrAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Event;
import io.wrkr.UnpublishedEventsException;
import io.wrkr.test.ManualWrkr;
import io.wrkr.test.WrkrTest;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

@WrkrTest
class CollectorFilterTest {

  /** An answer that knows its status alone. */
  private static HttpServletResponse answer(int status) {
    return (HttpServletResponse)
        Proxy.newProxyInstance(
            CollectorFilterTest.class.getClassLoader(),
            new Class<?>[] {HttpServletResponse.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("getStatus")) {
                return status;
              }
              throw new UnsupportedOperationException(method.getName());
            });
  }

  private static void request(ManualWrkr bus, int status, FilterChain rest) throws Exception {
    new CollectorFilter(bus.collector()).doFilter(null, answer(status), rest);
  }

  @Test
  void events_of_a_request_are_published_when_it_succeeds(ManualWrkr bus) throws Exception {
    request(
        bus,
        200,
        (in, out) -> {
          bus.collector().collect(Event.of("order.placed").tid("7"));
          assertThat(bus).notPublished("order.placed");
        });

    assertThat(bus).published("order.placed").withTid("7").once();
    assertThat(bus.collector()).isEmpty();
  }

  @Test
  void events_of_a_request_that_throws_are_dropped(ManualWrkr bus) {
    assertThatThrownBy(
            () ->
                request(
                    bus,
                    200,
                    (in, out) -> {
                      bus.collector().collect(Event.of("order.placed"));
                      throw new ServletException("no stock");
                    }))
        .isInstanceOf(ServletException.class)
        .hasMessage("no stock");

    assertThat(bus).notPublished("order.placed");
    assertThat(bus.collector()).isEmpty();
  }

  @Test
  void events_of_a_request_that_answers_with_an_error_are_dropped(ManualWrkr bus) throws Exception {
    request(bus, 500, (in, out) -> bus.collector().collect(Event.of("order.placed")));

    assertThat(bus).notPublished("order.placed");
    assertThat(bus.collector()).isEmpty();
  }

  @Test
  void failed_publish_is_thrown_and_leaves_nothing_on_the_thread(ManualWrkr bus) {
    bus.fakes().failNextPublish();

    assertThatThrownBy(
            () -> request(bus, 200, (in, out) -> bus.collector().collect(Event.of("order.placed"))))
        .isInstanceOfSatisfying(
            UnpublishedEventsException.class,
            failure -> org.assertj.core.api.Assertions.assertThat(failure.events()).hasSize(1));

    assertThat(bus.collector()).isEmpty();
  }
}
