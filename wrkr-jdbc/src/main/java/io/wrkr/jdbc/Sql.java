package io.wrkr.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Fills templates of statements: {@code {event}} becomes the quoted name of a table, {@code
 * {-event_keep}} that of an index, {@code {:now}} and the like what the dialect says.
 */
final class Sql {
  private static final Pattern PLACE = Pattern.compile("\\{([-:]?)([a-z_]+)}");

  private final Dialect dialect;
  private final JdbcOptions options;

  Sql(Dialect dialect, JdbcOptions options) {
    this.dialect = dialect;
    this.options = options;
  }

  String of(String template) {
    Matcher place = PLACE.matcher(template);
    return place.replaceAll(
        match ->
            Matcher.quoteReplacement(
                switch (match.group(1)) {
                  case "-" -> dialect.quoted(options.prefix() + "_" + match.group(2));
                  case ":" -> suffix(match.group(2));
                  default -> table(match.group(2));
                }));
  }

  private String table(String name) {
    String table = dialect.quoted(options.prefix() + "_" + name);
    return options.schema().map(schema -> dialect.quoted(schema) + "." + table).orElse(table);
  }

  private String suffix(String name) {
    return switch (name) {
      case "now" -> dialect.clock();
      case "from" -> dialect.deleteFrom();
      case "those" -> dialect.deleteThose();
      case "key" -> dialect.byPrimaryKey();
      case "queue" -> dialect.queueBesideIds();
      case "due" -> dialect.byIndex(dialect.quoted(options.prefix() + "_delivery_due"));
      case "update" -> dialect.forUpdate();
      case "skip" -> dialect.skipLocked();
      case "share" -> dialect.forShare();
      default -> throw new IllegalArgumentException("No such place in a statement: " + name);
    };
  }

  /** Returns the statements of the shipped schema, in order. */
  List<String> schema() {
    String file = "schema/" + dialect.schemaFile() + ".sql";
    List<String> statements = new ArrayList<>();
    try (InputStream in = Sql.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("The jar of wrkr-jdbc lacks " + file + ": use a whole one");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String statement : text.replaceAll("(?m)^--.*$", "").split(";", -1)) {
        if (!statement.isBlank()) {
          statements.add(of(statement.strip()));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return statements;
  }
}
