package io.wrkr.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A backend's URI, taken apart: the options {@code prefix}, {@code schema}, {@code synchronous},
 * {@code hints} and {@code connections} are Wrkr's, all others the driver's.
 *
 * @param driver the URI without Wrkr's options
 * @param shown what messages may show: no user, no password, no options
 */
record JdbcUri(String driver, String shown, JdbcOptions options, int connections) {
  static final int DEFAULT_CONNECTIONS = 8;

  /**
   * Options by which a URI runs code or SQL, or reads files of this machine: whoever may write a
   * URI into a configuration must not get all that.
   */
  private static final Set<String> REFUSED =
      Set.of(
          "init",
          "initsql",
          "connectioninitsql",
          "sessionvariables",
          "socketfactory",
          "socketfactoryarg",
          "sslfactory",
          "sslfactoryarg",
          "sslhostnameverifier",
          "sslpasswordcallback",
          "authenticationpluginclassname",
          "authenticationplugins",
          "defaultauthenticationplugin",
          "xmlfactoryfactory",
          "loggerfile",
          "logger",
          "autodeserialize",
          "queryinterceptors",
          "statementinterceptors",
          "exceptioninterceptors",
          "connectionlifecycleinterceptors",
          "propertiestransform",
          "clientinfoprovider",
          "loadbalanceautocommitstatementregex",
          "allowloadlocalinfile",
          "allowloadlocalinfileinpath",
          "allowurlinlocalinfile",
          "allowlocalinfile",
          "allowmultiqueries",
          "trace_level_file",
          "database_event_listener",
          "java_object_serializer",
          "credentialtype");

  /** Takes a URI apart. The message of what it throws shows no value of an option but Wrkr's. */
  static JdbcUri parse(String uri) {
    boolean h2 = uri.startsWith("jdbc:h2:");
    int end = h2 ? uri.indexOf(';') : uri.indexOf('?');
    String address = end < 0 ? uri : uri.substring(0, end);
    requireNoUser(address);
    String separator = h2 ? ";" : "&";
    List<String> drivers = new ArrayList<>();
    JdbcOptions options = JdbcOptions.defaults();
    int connections = DEFAULT_CONNECTIONS;
    for (String part : end < 0 ? new String[0] : uri.substring(end + 1).split("[&;]", -1)) {
      String name = part.substring(0, Math.max(0, (part + "=").indexOf('=')));
      String value = part.substring(Math.min(part.length(), name.length() + 1));
      switch (name.toLowerCase(Locale.ROOT)) {
        case "" -> {}
        case "prefix" -> options = options.prefix(value);
        case "schema" -> options = options.schema(value);
        case "synchronous" -> options = synchronous(options, value);
        case "hints" -> options = hints(options, value);
        case "connections" -> connections = connections(value);
        default -> drivers.add(allowed(name, part));
      }
    }
    String rest = String.join(separator, drivers);
    String driver = rest.isEmpty() ? address : address + (h2 ? ";" : "?") + rest;
    return new JdbcUri(driver, address.replaceAll("//[^/@]*@", "//"), options, connections);
  }

  /** These drivers take it for a part of the host's name, and show that when there is no such. */
  private static void requireNoUser(String address) {
    if (address.matches("jdbc:(postgresql|mariadb)://[^/]*@.*")) {
      throw new IllegalArgumentException(
          "A JDBC URI has no user before the host: give it as options, ?user=…&password=…");
    }
  }

  private static String allowed(String name, String part) {
    // Drivers decode names, so that a refused one could hide behind a percent sign.
    if (name.contains("%") || REFUSED.contains(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "The option "
              + name
              + " of a URI can run code or read files: leave it out, or open the"
              + " backend with JdbcBackend.of and a DataSource of your own");
    }
    return part;
  }

  private static JdbcOptions synchronous(JdbcOptions options, String value) {
    return switch (value.toUpperCase(Locale.ROOT)) {
      case "FULL" -> options;
      case "NORMAL" -> options.relaxed();
      default ->
          throw new IllegalArgumentException(
              "The option synchronous is '" + value + "': give FULL or NORMAL");
    };
  }

  private static JdbcOptions hints(JdbcOptions options, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "on" -> options;
      case "off" -> options.unhinted();
      default ->
          throw new IllegalArgumentException("The option hints is '" + value + "': give on or off");
    };
  }

  private static int connections(String value) {
    if (value.matches("[1-9][0-9]{0,2}")) {
      return Integer.parseInt(value);
    }
    throw new IllegalArgumentException(
        "The option connections is '" + value + "': give a number from 1 to 999");
  }
}
