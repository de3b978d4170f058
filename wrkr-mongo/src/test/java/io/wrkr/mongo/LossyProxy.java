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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Forwards to a mongod; can have a command executed and lose its answer with the connection. */
final class LossyProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final AtomicReference<String> losing = new AtomicReference<>("");
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger lost = new AtomicInteger();
  private volatile Runnable meanwhile = () -> {};

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

  /** The same; something happens after the execution and before the connection is lost. */
  void loseAnswerTo(String command, Runnable task) {
    meanwhile = task;
    loseAnswerTo(command);
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
        clients.add(client);
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
        if (isRequest && !command.isEmpty() && isIn(text, command)) {
          losing.set("");
          silent.set(true);
        }
        if (!isRequest && silent.get()) {
          meanwhile.run();
          lost.incrementAndGet();
          return;
        }
        out.write(buffer, 0, n);
      }
    } catch (IOException e) {
      // The other side has gone.
    }
  }

  /** A command's name is the name of a field, a string or a number. */
  private static boolean isIn(String text, String command) {
    return text.contains("\u0002" + command + "\u0000")
        || text.contains("\u0010" + command + "\u0000");
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
      for (Socket client : clients) {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
