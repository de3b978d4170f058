package io.wrkr.tck;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A line to a server on this machine that can be made deaf to its answers, mute, and cut, for tests
 * of backends. Thread-safe. Ends its threads when closed.
 */
public final class Tap implements AutoCloseable {
  private final int target;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean deaf;
  private volatile boolean mute;

  /** Opens a line to a port, on a port of its own. */
  public Tap(int target) throws IOException {
    this.target = target;
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** Returns the port to connect to. */
  public int port() {
    return server.getLocalPort();
  }

  /** From now on what the broker says is lost. */
  public void deafen() {
    deaf = true;
  }

  /** From now on what is said to the broker is lost. */
  public void mute() {
    mute = true;
  }

  /** Cuts all connections; those made later work again. */
  public void cut() {
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
        Socket broker = new Socket(InetAddress.getLoopbackAddress(), target);
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
