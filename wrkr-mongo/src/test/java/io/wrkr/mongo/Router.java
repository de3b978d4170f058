package io.wrkr.mongo;

import io.wrkr.spi.SystemSeam;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * Stands in for the router of a sharded cluster as far as a driver can tell: it introduces itself
 * as one, and hides which member of the set behind it is the primary.
 *
 * <p>It knows no shards: everything goes to one set.
 */
final class Router implements AutoCloseable {
  private static final int HEADER = 16;
  private static final int OP_CODE = 12;
  private static final int OP_MSG = 2013;
  private static final int MSG_DOCUMENT = HEADER + 5;
  private static final int REPLY_DOCUMENT = HEADER + 20;

  /** What comes in a message of an older kind is this, always. */
  private static final BsonDocument OLD_HELLO = BsonDocument.parse("{isMaster: 1}");

  private static final List<String> OF_A_MEMBER =
      List.of(
          "setName",
          "setVersion",
          "hosts",
          "primary",
          "me",
          "electionId",
          "secondary",
          "lastWrite",
          "topologyVersion");

  private final ServerSocket listening;
  private final IntSupplier primary;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Predicate<BsonDocument> diverted = command -> false;
  private volatile int elsewhere;

  /** Forwards each command to the port that is the primary's at that moment. */
  Router(IntSupplier primary) throws IOException {
    this.primary = primary;
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String address(String database) {
    return "mongodb://127.0.0.1:" + listening.getLocalPort() + "/" + database;
  }

  /** Sends these commands to another port. */
  void divert(Predicate<BsonDocument> commands, int port) {
    elsewhere = port;
    diverted = commands;
  }

  /** Sends all to the primary again. */
  void restore() {
    diverted = command -> false;
  }

  private void accept() {
    while (!listening.isClosed()) {
      try {
        Socket client = listening.accept();
        sockets.add(client);
        start(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    Map<Integer, Socket> servers = new HashMap<>();
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      while (true) {
        ByteBuffer request = message(in);
        BsonDocument command =
            request.getInt(OP_CODE) == OP_MSG ? document(request, MSG_DOCUMENT) : OLD_HELLO;
        int port = diverted.test(command) ? elsewhere : primary.getAsInt();
        if (!servers.containsKey(port)) {
          servers.put(port, connect(port));
        }
        Socket server = servers.get(port);
        write(server.getOutputStream(), request);
        ByteBuffer reply = message(new DataInputStream(server.getInputStream()));
        boolean hello = command.getFirstKey().matches("hello|is[mM]aster");
        write(client.getOutputStream(), hello ? asRouter(reply) : reply);
      }
    } catch (IOException e) {
      servers.values().forEach(Router::close);
    }
  }

  private Socket connect(int port) throws IOException {
    Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
    sockets.add(server);
    return server;
  }

  private static ByteBuffer message(DataInputStream in) throws IOException {
    byte[] length = new byte[4];
    in.readFully(length);
    int bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getInt();
    if (bytes < HEADER) {
      throw new EOFException("A message of " + bytes + " bytes");
    }
    ByteBuffer message = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN).put(length);
    in.readFully(message.array(), length.length, bytes - length.length);
    return message.rewind();
  }

  private static void write(OutputStream out, ByteBuffer message) throws IOException {
    out.write(message.array());
    out.flush();
  }

  private static RawBsonDocument document(ByteBuffer message, int at) {
    return new RawBsonDocument(message.array(), at, message.getInt(at));
  }

  private static ByteBuffer asRouter(ByteBuffer reply) {
    int at = reply.getInt(OP_CODE) == OP_MSG ? MSG_DOCUMENT : REPLY_DOCUMENT;
    BsonDocument hello = document(reply, at).decode(new BsonDocumentCodec());
    OF_A_MEMBER.forEach(hello::remove);
    hello.append("msg", new BsonString("isdbgrid"));
    ByteBuffer bytes = new RawBsonDocument(hello, new BsonDocumentCodec()).getByteBuffer().asNIO();
    ByteBuffer answer = ByteBuffer.allocate(at + bytes.remaining()).order(ByteOrder.LITTLE_ENDIAN);
    answer.put(reply.array(), 0, at).put(bytes);
    return answer.putInt(0, answer.capacity()).rewind();
  }

  @SystemSeam
  private static void start(Runnable task) {
    Thread thread = new Thread(task, "router");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Closeable connection) {
    try {
      connection.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listening);
    sockets.forEach(Router::close);
  }
}
