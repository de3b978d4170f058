package io.wrkr.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.Wrkr;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A broker is spoken to by TLS only if its certificate is trusted and names the host of the URI.
 */
class TlsTest {
  private static final String PASSWORD = "for-a-test";
  private static final int PATIENCE_MILLIS = (int) Duration.ofSeconds(60).toMillis();

  @TempDir private Path folder;

  /** Opens a bus; alone in its process, since Java reads once which certificates it trusts. */
  static final class Client {
    private Client() {}

    public static void main(String[] arguments) {
      Wrkr.connect(arguments[0]).close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"amqps", "mqtts"})
  void broker_with_a_trusted_certificate_for_the_host_is_spoken_to(String scheme) throws Exception {
    Path trusted = certificate("localhost");

    String said = saidTo(scheme, trusted, trusted);

    assertThat(said).startsWith(scheme.equals("amqps") ? "AMQP" : "\u0010");
  }

  @ParameterizedTest
  @ValueSource(strings = {"amqps", "mqtts"})
  void broker_with_a_trusted_certificate_for_another_host_is_told_nothing(String scheme)
      throws Exception {
    Path trusted = certificate("elsewhere.example");

    assertThat(saidTo(scheme, trusted, trusted)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"amqps", "mqtts"})
  void broker_with_a_certificate_that_is_not_trusted_is_told_nothing(String scheme)
      throws Exception {
    Path trusted = certificate("elsewhere.example");

    assertThat(saidTo(scheme, certificate("localhost"), trusted)).isEmpty();
  }

  /** Returns the first bytes that a client says to a broker, or nothing if it breaks off before. */
  private String saidTo(String scheme, Path shown, Path trusted) throws Exception {
    try (SSLServerSocket server = listening(shown)) {
      Process client = client(scheme + "://u:p@localhost:" + server.getLocalPort(), trusted);
      try (SSLSocket socket = (SSLSocket) server.accept()) {
        socket.setSoTimeout(PATIENCE_MILLIS);
        return firstBytes(socket);
      } finally {
        client.destroyForcibly().waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  private static String firstBytes(SSLSocket socket) throws IOException {
    try {
      socket.startHandshake();
      return new String(socket.getInputStream().readNBytes(4), StandardCharsets.ISO_8859_1);
    } catch (SSLException e) {
      return "";
    }
  }

  private static SSLServerSocket listening(Path certificate)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(certificate)) {
      store.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    InetAddress loopback = InetAddress.getByName("localhost");
    SSLServerSocket server =
        (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, loopback);
    server.setSoTimeout(PATIENCE_MILLIS);
    return server;
  }

  private Process client(String broker, Path trusted) throws IOException {
    return new ProcessBuilder(
            java("java"),
            "-Djavax.net.ssl.trustStore=" + trusted,
            "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-cp",
            System.getProperty("java.class.path"),
            Client.class.getName(),
            broker + "/?store=memory:")
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("client.txt").toFile())
        .start();
  }

  /** Makes a key and a certificate for it, signed by itself. */
  private Path certificate(String host) throws Exception {
    Path file = Files.createTempFile(folder, "keys", ".p12");
    Files.delete(file);
    Process keytool =
        new ProcessBuilder(
                List.of(
                    java("keytool"),
                    "-genkeypair",
                    "-alias",
                    "broker",
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=" + host,
                    "-ext",
                    "san=dns:" + host,
                    "-storetype",
                    "PKCS12",
                    "-keystore",
                    file.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("keytool.txt").toFile())
            .start();
    assertThat(keytool.waitFor(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
    assertThat(keytool.exitValue()).as(Files.readString(folder.resolve("keytool.txt"))).isZero();
    return file;
  }

  private static String java(String program) {
    return Path.of(System.getProperty("java.home"), "bin", program).toString();
  }
}
