package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.wrkr.Wrkr;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A password in a URI is in no exception and in no thread's name, whatever goes wrong. */
class CanaryTest {
  private static final String CANARY = "S3cr3t-canary";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://127.0.0.1:PORT/test?user=u&password=CANARY&connectTimeout=2",
        "jdbc:mariadb://127.0.0.1:PORT/test?user=u&password=CANARY&connectTimeout=2000",
        "jdbc:postgresql://u:CANARY@127.0.0.1:PORT/test",
        "jdbc:mariadb://127.0.0.1:PORT/test?user=u&password=CANARY&prefix=NOT-ALLOWED",
        "jdbc:postgresql://127.0.0.1:PORT/test?password=CANARY&socketFactory=x.Y",
        "mongodb://u:CANARY@127.0.0.1:PORT/test?serverSelectionTimeoutMS=500",
        "mongodb://u:CANARY@127.0.0.1:PORT/",
        "mongodb://u:CANARY@127.0.0.1:notaport/test",
        "oracle://u:CANARY@127.0.0.1/x",
        "jdbc:oracle:thin:u/CANARY@127.0.0.1"
      })
  void password_is_not_shown_when_a_bus_cannot_be_opened(String template) throws IOException {
    String uri = template.replace("CANARY", CANARY).replace("PORT", closedPort());

    Throwable failure = catchThrowable(() -> Wrkr.connect(uri));

    assertThat(failure).isNotNull();
    for (Throwable each = failure; each != null; each = each.getCause()) {
      assertThat(each + " " + List.of(each.getSuppressed())).doesNotContain(CANARY);
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().contains(CANARY));
  }

  private static String closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return String.valueOf(socket.getLocalPort());
    }
  }
}
