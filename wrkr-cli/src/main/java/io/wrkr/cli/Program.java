package io.wrkr.cli;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.ParameterException;

/** Puts the commands together and runs one. */
final class Program {
  private static final Map<String, Function<Root, Object>> COMMANDS = commands();

  private Program() {}

  private static Map<String, Function<Root, Object>> commands() {
    Map<String, Function<Root, Object>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand::new);
    commands.put("publish", PublishCommand::new);
    commands.put("listen", ListenCommand::new);
    commands.put("subscribe", SubscribeCommand::new);
    commands.put("unsubscribe", UnsubscribeCommand::new);
    commands.put("subscriptions", SubscriptionsCommand::new);
    commands.put("queues", QueuesCommand::new);
    commands.put("find", FindCommand::new);
    commands.put("cancel", CancelCommand::new);
    commands.put("reschedule", RescheduleCommand::new);
    commands.put("redrive", RedriveCommand::new);
    commands.put("discard", DiscardCommand::new);
    commands.put("replay", ReplayCommand::new);
    commands.put("chain", ChainCommand::new);
    commands.put("repeat", RepeatCommand::new);
    commands.put("repeats", RepeatsCommand::new);
    commands.put("when", WhenCommand::new);
    commands.put("bench", BenchCommand::new);
    commands.put("schema", SchemaCommand::new);
    commands.put("doctor", DoctorCommand::new);
    commands.put("import-dbwrkr", ImportDbwrkrCommand::new);
    return commands;
  }

  private static Function<Root, Object> command(String name) {
    return Objects.requireNonNull(COMMANDS.get(name));
  }

  static int run(String[] args, Console console) {
    Root root = new Root(console);
    CommandLine line = new CommandLine(root);
    wanted(args).forEach(name -> line.addSubcommand(name, command(name).apply(root)));
    line.addSubcommand(WarmUpCommand.NAME, new WarmUpCommand());
    line.setExpandAtFiles(false);
    line.setOut(console.out().writer());
    line.setErr(console.err().writer());
    line.setColorScheme(
        Help.defaultColorScheme(console.colours(console.out()) ? Help.Ansi.ON : Help.Ansi.OFF));
    line.setExitCodeExceptionMapper(failure -> ExitCode.FAILURE);
    line.setParameterExceptionHandler((failure, given) -> misused(failure, console));
    line.setExecutionExceptionHandler(
        (failure, command, result) -> Failures.report(failure, console, root.isVerbose()));
    return line.execute(args.length > 0 && args[0].equals("help") ? asOption(args) : args);
  }

  /** Makes {@code help publish} what {@code publish --help} is. */
  private static String[] asOption(String[] args) {
    String[] option = Arrays.copyOfRange(args, 1, args.length + 1);
    option[args.length - 1] = "--help";
    return option;
  }

  /**
   * Returns the commands that the arguments may mean, all if they name none: building one takes
   * milliseconds, and there are many.
   */
  private static List<String> wanted(String[] args) {
    List<String> named = Stream.of(args).filter(COMMANDS::containsKey).distinct().toList();
    return named.isEmpty() ? List.copyOf(COMMANDS.keySet()) : named;
  }

  private static int misused(ParameterException failure, Console console) {
    console.say(Text.shortened(String.valueOf(failure.getMessage()), 1000));
    console.say(failure.getCommandLine().getCommandSpec().qualifiedName() + " --help shows how");
    return ExitCode.USAGE;
  }
}
