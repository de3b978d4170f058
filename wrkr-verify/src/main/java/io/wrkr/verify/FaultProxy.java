package io.wrkr.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stands between clients and a server on this machine, and does to their bytes what networks do.
 *
 * <p>One fault at a time; it holds for connections old and new until another is set. Thread-safe.
 */
final class FaultProxy implements AutoCloseable {
  /** What becomes of the bytes. */
  enum Fault {
    /** They are forwarded. */
    NONE,
    /** They are forwarded late. */
    LATENCY,
    /** Connections are closed in an orderly way, new ones at once. */
    CUT,
    /** Connections are reset, new ones at once. */
    RESET,
    /** They vanish; nobody is told. When the fault ends, these connections are reset. */
    BLACK_HOLE,
    /** They come in pieces of a few. */
    SLICER,
    /** Requests go through, the connection is reset instead of the reply. */
    LOST_REPLY
  }

  private static final int PIECE = 7;
  private static final int DEAF_MILLIS = 5_000;

  private final ServerSocket listening;
  private final int target;
  private final Set<Link> links = ConcurrentHashMap.newKeySet();
  private volatile Fault fault = Fault.NONE;
  private volatile Duration latency = Duration.ofMillis(20);

  FaultProxy(int target) {
    this.target = target;
    try {
      listening = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot listen on the loopback address", e);
    }
    Seam.start("proxy-accept", this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  int connections() {
    return links.size();
  }

  void latency(Duration oneWay) {
    latency = oneWay;
    set(Fault.LATENCY);
  }

  void set(Fault next) {
    Fault before = fault;
    fault = next;
    if (next == Fault.CUT) {
      links.forEach(link -> link.close(false));
    } else if (next == Fault.RESET || before == Fault.BLACK_HOLE) {
      links.forEach(link -> link.close(true));
    }
  }

  @Override
  public void close() {
    try {
      listening.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop listening", e);
    } finally {
      links.forEach(link -> link.close(true));
    }
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        admit(listening.accept());
      } catch (IOException e) {
        // Closed, or a client that went before it was let in.
      }
    }
  }

  private void admit(Socket client) throws IOException {
    Link link = new Link(client);
    Fault now = fault;
    if (now == Fault.CUT || now == Fault.RESET) {
      link.close(now == Fault.RESET);
      return;
    }
    links.add(link);
    Seam.start("proxy-link", link::connect);
  }

  /** One client's connection and its other half to the server. */
  private final class Link {
    private final Socket client;
    private final Socket server = new Socket();

    Link(Socket client) {
      this.client = client;
    }

    void connect() {
      try {
        server.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), target), DEAF_MILLIS);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
      } catch (IOException e) {
        close(true);
        return;
      }
      Seam.start("proxy-replies", () -> forward(server, client, true));
      forward(client, server, false);
    }

    private void forward(Socket from, Socket to, boolean replies) {
      byte[] buffer = new byte[1 << 14];
      try {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (fault == Fault.LOST_REPLY && replies) {
            close(true);
            return;
          }
          pass(buffer, n, out);
        }
        close(false);
      } catch (IOException e) {
        close(true);
      }
    }

    private void pass(byte[] bytes, int count, OutputStream out) throws IOException {
      switch (fault) {
        case BLACK_HOLE -> {}
        case SLICER -> {
          for (int at = 0; at < count; at += PIECE) {
            out.write(bytes, at, Math.min(PIECE, count - at));
            out.flush();
          }
        }
        case LATENCY -> {
          Seam.pause(latency);
          out.write(bytes, 0, count);
        }
        default -> out.write(bytes, 0, count);
      }
    }

    void close(boolean reset) {
      links.remove(this);
      for (Socket socket : new Socket[] {client, server}) {
        try (socket) {
          if (reset && !socket.isClosed()) {
            socket.setSoLinger(true, 0);
          }
        } catch (IOException e) {
          // It has gone already, which is what is wanted.
        }
      }
    }
  }
}
