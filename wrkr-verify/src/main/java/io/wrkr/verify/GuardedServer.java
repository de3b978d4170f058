package io.wrkr.verify;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server of our own: on a free loopback port, with its data in a temporary folder.
 *
 * <p>It is the child of a shell that kills it when this process ends, however it ends.
 */
abstract class GuardedServer implements StoreServer {
  private static final String GUARD =
      "l=$1; shift; \"$@\" >\"$l\" 2>&1 & p=$!; echo $p; cat >/dev/null;"
          + " kill -9 $p 2>/dev/null; wait $p";
  private static final String LOG = "said.log";
  private static final String STOP_A_WHILE = "kill -STOP $0; sleep $1; kill -CONT $0";
  private static final Duration PATIENCE = Duration.ofSeconds(180);
  private static final int SHOWN_OF_LOG = 2_000;

  /** In the URIs of servers that take one; whatever processes say is searched for it. */
  static final String PASSWORD = "S3cr3t-canary";

  final Path data;
  final int port;
  private final String account;
  private @Nullable Process guard;
  private @Nullable ProcessHandle server;

  /**
   * Prepares the folder and the port.
   *
   * @param account under which the server runs if this process is root, which servers refuse
   */
  GuardedServer(String account) {
    this.account = account;
    try {
      data = Files.createTempDirectory("wrkr-verify-" + name());
      if (isRoot() && !account.isEmpty()) {
        UserPrincipal owner =
            data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(account);
        Files.setOwner(data, owner);
      }
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = socket.getLocalPort();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot prepare a folder for " + name(), e);
    }
  }

  /** Returns the command that runs the server in the foreground. */
  abstract List<String> command();

  /** Asks the server something; throws while it does not answer. */
  abstract void probe() throws Exception;

  @Override
  public int port() {
    return port;
  }

  @Override
  public boolean canKill() {
    return true;
  }

  @Override
  public final void restart() {
    Callable<Boolean> answered =
        () -> {
          if (server == null || !server.isAlive()) {
            launch();
          }
          probe();
          return true;
        };
    await(answered);
  }

  final void await(Callable<Boolean> condition) {
    long end = Seam.nanos() + PATIENCE.toNanos();
    while (true) {
      try {
        condition.call();
        return;
      } catch (Exception e) {
        if (Seam.nanos() > end) {
          throw new IllegalStateException(
              name() + " is not as expected after " + PATIENCE + "; it said: " + said(), e);
        }
        Seam.pause(Duration.ofMillis(100));
      }
    }
  }

  private String said() {
    try {
      String log = Files.readString(data.resolve(LOG), StandardCharsets.ISO_8859_1);
      return log.substring(Math.max(0, log.length() - SHOWN_OF_LOG));
    } catch (IOException e) {
      return "nothing that can be read, " + e;
    }
  }

  private void launch() throws IOException {
    endGuard();
    String log = data.resolve(LOG).toString();
    List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "sh", log));
    command.addAll(asAccount(command()));
    Process started =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    guard = started;
    BufferedReader out =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    String pid = out.readLine();
    server = pid == null ? null : ProcessHandle.of(Long.parseLong(pid)).orElse(null);
  }

  /** Runs a command to its end, under the server's account. */
  void run(List<String> command) {
    try {
      Path log = Files.createTempFile("wrkr-verify", ".log");
      Process process =
          new ProcessBuilder(asAccount(command))
              .directory(new File("/"))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IllegalStateException(command.get(0) + " failed: " + Files.readString(log));
      }
      Files.delete(log);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot run " + command.get(0), e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted in " + command.get(0), e);
    }
  }

  private List<String> asAccount(List<String> command) {
    if (!isRoot() || account.isEmpty()) {
      return command;
    }
    List<String> all =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + account, "--regid=" + account, "--clear-groups"));
    all.addAll(command);
    return all;
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  @Override
  public final void kill() {
    ProcessHandle victim = server;
    if (victim == null) {
      return;
    }
    // It must not start another process between the look at them and its end.
    signal(victim.pid(), "STOP");
    List<ProcessHandle> all = Stream.concat(Stream.of(victim), victim.descendants()).toList();
    await(
        () -> {
          all.forEach(ProcessHandle::destroyForcibly);
          all.forEach(GuardedServer::requireEnded);
          return true;
        });
    server = null;
  }

  /** A zombie has ended: who adopted it need not have noticed yet. */
  private static void requireEnded(ProcessHandle process) {
    String state = stateOf(process);
    if (process.isAlive() && !state.contains("zombie")) {
      throw new IllegalStateException("Process " + process.pid() + " is still there, " + state);
    }
  }

  private static String stateOf(ProcessHandle process) {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines.filter(line -> line.startsWith("State:")).findFirst().orElse("State: unknown");
    } catch (IOException | UncheckedIOException e) {
      return "State: unknown, " + e;
    }
  }

  @Override
  public final void pause(long millis) {
    ProcessHandle victim = server;
    if (victim != null) {
      Stream.concat(Stream.of(victim), victim.descendants())
          .forEach(each -> stopAWhile(each.pid(), millis));
    }
  }

  private static void signal(long pid, String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid)).start();
      kill.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot send " + name + " to process " + pid, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("Interrupted while a signal was sent", e);
    }
  }

  /** Stops a process; a shell lets it go on, even if we are gone by then. */
  static void stopAWhile(long pid, long millis) {
    try {
      new ProcessBuilder(
              "sh",
              "-c",
              STOP_A_WHILE,
              String.valueOf(pid),
              millis / 1000 + "." + String.format("%03d", millis % 1000))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .getOutputStream()
          .close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop process " + pid, e);
    }
  }

  private void endGuard() {
    Process old = guard;
    if (old != null) {
      try {
        old.getOutputStream().close();
        old.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      } catch (IOException e) {
        old.destroyForcibly();
      } catch (InterruptedException e) {
        throw new IllegalStateException("Interrupted while the server ended", e);
      }
    }
  }

  @Override
  public void remove(int bus) {
    // All of it goes with the folder.
  }

  @Override
  public void close() {
    try {
      kill();
      endGuard();
    } finally {
      removeData();
    }
  }

  private void removeData() {
    removeAll(data);
  }

  /** Removes a folder with all that is in it. */
  static void removeAll(Path folder) {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path each, @Nullable IOException failed)
                throws IOException {
              Files.deleteIfExists(each);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot remove " + folder, e);
    }
  }

  /** Returns the first of these paths that can be executed, or null. */
  static @Nullable String executable(String... candidates) {
    for (String candidate : candidates) {
      if (new File(candidate).canExecute()) {
        return candidate;
      }
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      File file = new File(folder, new File(candidates[0]).getName());
      if (file.canExecute()) {
        return file.getPath();
      }
    }
    return null;
  }
}
