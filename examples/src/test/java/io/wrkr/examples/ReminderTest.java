package io.wrkr.examples;

import static io.wrkr.test.WrkrAssertions.assertThat;

import io.wrkr.Event;
import io.wrkr.test.ManualWrkr;
import io.wrkr.test.WrkrTest;
import org.junit.jupiter.api.Test;

/** How a user tests seven days without waiting. */
// snippet: clock
@WrkrTest
class ReminderTest {
  @Test
  void new_user_is_reminded_after_seven_days(ManualWrkr bus) {
    bus.subscribe(
        "mail",
        "ourapp.user.added",
        d -> d.followUp(Event.of("ourapp.user.reminded").tid(d.tid().get()).when("7 days")));
    bus.subscribe("mail", "ourapp.user.reminded", d -> {});
    bus.publish(Event.of("ourapp.user.added").tid("42"));

    bus.advance("7 days");

    assertThat(bus).published("ourapp.user.reminded").withTid("42").dueIn("7 days").once();
    assertThat(bus).handled("ourapp.user.reminded").by("mail");
  }
}
// end
