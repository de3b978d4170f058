package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.verify.FaultProxy.Fault;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the proxy does to bytes what each of its faults says, and lets all through without one. */
class FaultProxyTest {
  private static final byte[] QUESTION =
      "a question of more than a few bytes".getBytes(StandardCharsets.UTF_8);

  private final AtomicInteger asked = new AtomicInteger();
  private ServerSocket echo;
  private FaultProxy proxy;
  private Socket client;

  @BeforeEach
  void start_an_echo_behind_the_proxy() throws IOException {
    echo = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    Seam.start("echo", this::accept);
    proxy = new FaultProxy(echo.getLocalPort());
    client = connect();
  }

  private void accept() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Seam.start("echo", () -> answer(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void answer(Socket socket) {
    try (socket) {
      while (true) {
        byte[] question = socket.getInputStream().readNBytes(QUESTION.length);
        if (question.length < QUESTION.length) {
          return;
        }
        asked.incrementAndGet();
        socket.getOutputStream().write(question);
      }
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    proxy.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void ask(Socket socket) throws IOException {
    socket.getOutputStream().write(QUESTION);
    byte[] answer = socket.getInputStream().readNBytes(QUESTION.length);
    if (answer.length < QUESTION.length) {
      throw new EOFException();
    }
    assertThat(answer).isEqualTo(QUESTION);
  }

  @Test
  void without_fault_latency_and_in_slices_all_bytes_come() throws IOException {
    ask(client);
    proxy.set(Fault.LATENCY);
    ask(client);
    proxy.set(Fault.SLICER);
    ask(client);

    assertThat(asked).hasValue(3);
  }

  @Test
  void cut_ends_connections_in_an_orderly_way() throws IOException {
    ask(client);

    proxy.set(Fault.CUT);

    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void reset_breaks_connections_and_new_ones_work_after_it() throws IOException {
    ask(client);

    proxy.set(Fault.RESET);

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    proxy.set(Fault.NONE);
    try (Socket another = connect()) {
      ask(another);
    }
  }

  @Test
  void black_hole_tells_nobody_and_breaks_at_its_end() throws IOException {
    ask(client);
    proxy.set(Fault.BLACK_HOLE);

    client.setSoTimeout(200);
    assertThatThrownBy(() -> ask(client)).isInstanceOf(SocketTimeoutException.class);

    proxy.set(Fault.NONE);
    client.setSoTimeout(20_000);
    assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
    assertThat(asked).hasValue(1);
  }

  @Test
  void lost_reply_is_of_a_request_that_went_through() throws IOException {
    ask(client);

    proxy.set(Fault.LOST_REPLY);

    assertThatThrownBy(() -> ask(client)).isInstanceOf(IOException.class);
    assertThat(asked).hasValue(2);
  }
}
