package io.wrkr.rabbitmq;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A line to the broker that can be made deaf to its answers, and cut. */
final class Tap implements AutoCloseable {
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean deaf;
  private volatile boolean mute;

  Tap() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** From now on what the broker says is lost. */
  void deafen() {
    deaf = true;
  }

  /** From now on what is said to the broker is lost. */
  void mute() {
    mute = true;
  }

  /** Cuts all connections; those made later work again. */
  void cut() {
    for (Socket socket : sockets) {
      close(socket);
    }
    sockets.clear();
    deaf = false;
    mute = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        Socket broker = new Socket(Broker.HOST, Broker.PORT);
        sockets.add(client);
        sockets.add(broker);
        start(() -> pump(client, broker, false));
        start(() -> pump(broker, client, true));
      }
    } catch (IOException e) {
      cut();
    }
  }

  private void pump(Socket from, Socket to, boolean answers) {
    byte[] buffer = new byte[64 * 1024];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        if (!(answers ? deaf : mute)) {
          out.write(buffer, 0, read);
        }
      }
    } catch (IOException e) {
      close(from); // cut
    }
    close(to);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @io.wrkr.spi.SystemSeam
  private static void start(Runnable work) {
    Thread thread = new Thread(work, "tap");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
    cut();
  }
}
