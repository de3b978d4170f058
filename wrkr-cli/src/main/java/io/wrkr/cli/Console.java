package io.wrkr.cli;

import io.wrkr.spi.SystemSeam;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Map;

/**
 * What a command has around it: streams, whether people read them, environment, zone.
 *
 * @param in standard input
 * @param out where data goes
 * @param err where words go
 * @param asks whether standard input is a person
 * @param environment the environment's variables
 * @param zone the zone in which times are read and shown
 * @param shutdown tells when to end
 * @param children commands that were started
 */
record Console(
    InputStream in,
    Output out,
    Output err,
    boolean asks,
    Map<String, String> environment,
    ZoneId zone,
    Shutdown shutdown,
    Children children) {

  /** Returns the console of this process. */
  @SystemSeam
  static Console ofProcess() {
    return new Console(
        new BufferedInputStream(new FileInputStream(FileDescriptor.in)),
        new Output(new FileOutputStream(FileDescriptor.out), isTerminal(1)),
        new Output(new FileOutputStream(FileDescriptor.err), isTerminal(2)),
        isTerminal(0),
        System.getenv(),
        ZoneId.systemDefault(),
        new Shutdown(),
        new Children());
  }

  /** Returns a console that no person reads. */
  static Console of(InputStream in, OutputStream out, OutputStream err) {
    return new Console(
        in,
        new Output(out, false),
        new Output(err, false),
        false,
        Map.of(),
        ZoneId.systemDefault(),
        new Shutdown(),
        new Children());
  }

  /** Java 17 tells it for standard input and output together only. */
  private static boolean isTerminal(int descriptor) {
    try {
      Path target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor));
      return target.startsWith("/dev/pts") || target.toString().startsWith("/dev/tty");
    } catch (IOException | RuntimeException e) {
      return isConsole();
    }
  }

  /** From Java 22 on there is always a console, which tells by itself what it is. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isConsole() {
    java.io.Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      Object answer = java.io.Console.class.getMethod("isTerminal").invoke(console);
      return Boolean.TRUE.equals(answer);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Says something to the person; never fails. */
  void say(String words) {
    try {
      err.line("wrkr: " + Text.withoutPasswords(words));
    } catch (OutputClosedException e) {
      // Nobody listens; what was to be said has no other place.
    }
  }

  /** Tells whether colours may be used on this stream. */
  boolean colours(Output stream) {
    return stream.isTerminal() && !isSet("NO_COLOR") && !"dumb".equals(environment.get("TERM"));
  }

  /** Tells whether this stream shows a screen that can be drawn over. */
  boolean draws(Output stream) {
    return stream.isTerminal() && !"dumb".equals(environment.get("TERM"));
  }

  private boolean isSet(String variable) {
    return !environment.getOrDefault(variable, "").isEmpty();
  }
}
