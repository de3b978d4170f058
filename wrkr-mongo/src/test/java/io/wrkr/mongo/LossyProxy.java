package io.wrkr.mongo;

import io.wrkr.spi.SystemSeam;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Forwards to a mongod; can have a command executed and lose its answer with the connection. */
final class LossyProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final AtomicReference<String> losing = new AtomicReference<>("");
  private final AtomicInteger lost = new AtomicInteger();

  LossyProxy(int target) throws IOException {
    this.target = target;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String address(String database) {
    return "mongodb://127.0.0.1:"
        + listening.getLocalPort()
        + "/"
        + database
        + "?directConnection=true";
  }

  /** The next command of this name is executed, its answer lost. */
  void loseAnswerTo(String command) {
    losing.set(command);
  }

  int lost() {
    return lost.get();
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        AtomicReference<Boolean> silent = new AtomicReference<>(false);
        start(() -> forward(client, server, silent, true));
        start(() -> forward(server, client, silent, false));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void forward(Socket from, Socket to, AtomicReference<Boolean> silent, boolean isRequest) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        String command = losing.get();
        String text = new String(buffer, 0, n, StandardCharsets.ISO_8859_1);
        if (isRequest && !command.isEmpty() && text.contains("\u0002" + command + "\u0000")) {
          losing.set("");
          silent.set(true);
        }
        if (!isRequest && silent.get()) {
          lost.incrementAndGet();
          return;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The other side has gone.
    }
  }

  @SystemSeam
  private static void start(Runnable task) {
    Thread thread = new Thread(task, "lossy-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
