package io.wrkr.verify;

import io.wrkr.spi.Backend;
import io.wrkr.spi.Inspector;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A broker named by the caller, with a store beside it: neither is killed. Each bus has queues of
 * its own, by prefix {@code verify<number>.}; the exchange {@code wrkr-verify} stays.
 */
final class GivenBroker implements StoreServer {
  private static final Pattern ADDRESS = Pattern.compile("(amqp|mqtt)s?://.*");
  private static final Pattern LOCAL =
      Pattern.compile("^(amqp|mqtt)(://(?:[^/@]*@)?)(?:localhost|127\\.0\\.0\\.1)(?::(\\d+))?");
  private static final Pattern STORE = Pattern.compile("[?&]store=([^&]*)");

  private final String address;
  private final GivenStore store;

  GivenBroker(String uri) {
    this.address = uri.split("\\?", 2)[0];
    this.store = new GivenStore(storeOf(uri));
  }

  /** Tells whether the URI is one of a broker. */
  static boolean isAddressed(String uri) {
    return ADDRESS.matcher(uri).matches();
  }

  /** Returns the URI of the store beside the broker; empty if none is named. */
  static String storeOf(String uri) {
    Matcher stored = STORE.matcher(uri);
    return stored.find() ? URLDecoder.decode(stored.group(1), StandardCharsets.UTF_8) : "";
  }

  @Override
  public String name() {
    return address.split(":", 2)[0] + "+" + store.name();
  }

  @Override
  public String uri(int bus, int port) {
    String through =
        port == 0 ? address : LOCAL.matcher(address).replaceFirst("$1$2127.0.0.1:" + port);
    String exchange = address.startsWith("amqp") ? "&exchange=wrkr-verify" : "";
    String beside = URLEncoder.encode(store.uri(bus, 0), StandardCharsets.UTF_8);
    return through + "?store=" + beside + exchange + "&prefix=verify" + bus + ".";
  }

  @Override
  public int port() {
    Matcher local = LOCAL.matcher(address);
    if (!local.find()) {
      return 0;
    }
    int usual = local.group(1).equals("amqp") ? 5672 : 1883;
    return local.group(3) == null ? usual : Integer.parseInt(local.group(3));
  }

  @Override
  public boolean canKill() {
    return false;
  }

  @Override
  public void kill() {
    throw new UnsupportedOperationException("This broker is not ours to kill: " + name());
  }

  @Override
  public void restart() {
    throw new UnsupportedOperationException("This broker is not ours to start: " + name());
  }

  @Override
  public void pause(long millis) {
    throw new UnsupportedOperationException("This broker is not ours to stop: " + name());
  }

  @Override
  public void remove(int bus) {
    try (Backend backend = Stores.open(uri(bus, 0))) {
      for (Workload.Line line : Workload.Line.values()) {
        ((Inspector) backend).deleteQueue(line.queue());
      }
    }
    store.remove(bus);
  }

  @Override
  public void close() {
    store.close();
  }
}
