package io.wrkr.cli;

import io.wrkr.Wrkr;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself, and what all of its commands share. */
@Command(
    name = "wrkr",
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Publish an event now; every queue subscribed to it holds it now and delivers it when it is"
          + " due: now, in 7 days, or next friday 9am.",
      ""
    },
    commandListHeading = "%nCommands:%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed",
      "2:wrong usage",
      "3:nothing found",
      "4:the backend cannot be reached",
      "130:interrupted"
    },
    footer = {
      "",
      "Examples:",
      "  wrkr demo",
      "  wrkr listen mail 'ourapp.user.*'",
      "  wrkr publish ourapp.user.added '{\"name\":\"Ada\"}' --when \"in 5 seconds\"",
      "  WRKR_BUS=sqlite:/var/lib/app/wrkr.db wrkr queues"
    })
final class Root implements Callable<Integer> {
  static final String DEFAULT_BUS = "sqlite:wrkr.db";
  private static final String SQLITE = "sqlite:";

  private final Console console;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--bus",
      paramLabel = "URI",
      scope = ScopeType.INHERIT,
      description =
          "The bus, such as sqlite:FILE. Default: WRKR_BUS from the environment, the place for a"
              + " URI with a password, else "
              + DEFAULT_BUS
              + ".")
  private @Nullable String bus;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Show the log, and where failures come from.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("unused") // The parser acts on it.
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  @SuppressWarnings("unused")
  private boolean version;

  Root(Console console) {
    this.console = console;
  }

  Console console() {
    return console;
  }

  boolean isVerbose() {
    return verbose;
  }

  /** Tells whether the bus was chosen for this one command. */
  boolean isBusGiven() {
    return bus != null;
  }

  void useBus(String uri) {
    bus = uri;
  }

  String uri() {
    if (bus != null) {
      return bus;
    }
    String variable = console.environment().getOrDefault("WRKR_BUS", "");
    return variable.isEmpty() ? DEFAULT_BUS : variable;
  }

  /** Returns the bus as it may be shown: what may hold a password only by its scheme. */
  String shownBus() {
    String uri = uri();
    return uri.startsWith(SQLITE) || uri.startsWith("memory:")
        ? Text.shown(uri)
        : Text.shown(uri.substring(0, Math.max(0, uri.indexOf(':'))));
  }

  /** Returns a bus that passes payloads on as they were written. */
  Wrkr connect() {
    return builder().build();
  }

  /** Like {@link #connect}, for commands to which a database that does not exist is a mistake. */
  Wrkr connectToExisting() {
    requireExisting();
    return connect();
  }

  void requireExisting() {
    if (uri().startsWith(SQLITE) && !exists(uri().substring(SQLITE.length()))) {
      throw new NothingFoundException(
          "there is no bus "
              + shownBus()
              + " yet: publish, subscribe or listen makes it, or --bus names another");
    }
  }

  Wrkr.Builder builder() {
    quietLog();
    return Wrkr.builder(uri()).zone(console.zone()).codec(RawJson.CODEC);
  }

  /** What the log would say, the commands say themselves; the library's voice is for -v. */
  void quietLog() {
    String key = "org.slf4j.simpleLogger.defaultLogLevel";
    if (System.getProperty(key) == null) {
      System.setProperty(key, verbose ? "debug" : "off");
    }
  }

  private static boolean exists(String file) {
    int options = file.indexOf('?');
    try {
      return Files.exists(Path.of(options < 0 ? file : file.substring(0, options)));
    } catch (InvalidPathException e) {
      return true;
    }
  }

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(spec.commandLine().getErr());
    }
    return ExitCode.USAGE;
  }
}
