package io.wrkr.spi;

import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Opens backends by URI; found with {@link java.util.ServiceLoader}.
 *
 * <p>Implementations need a public constructor without parameters and are used by any thread.
 */
public interface BackendProvider {

  /**
   * Returns the URI prefixes that this provider opens, each up to and including its last colon:
   * {@code "sqlite:"}, {@code "jdbc:postgresql:"}. The longest matching prefix of all providers
   * wins.
   */
  Set<String> schemes();

  /**
   * Opens the backend, creating its schema where needed.
   *
   * @throws IllegalArgumentException if the URI cannot be read; the message shows no password
   * @throws BackendException if the store cannot be reached or refuses; the message shows no
   *     password
   */
  Backend open(String uri);

  /**
   * Opens a backend that stands on another one, which its URI names; else the same as {@link
   * #open(String)}.
   *
   * @param others opens the backend of any other URI, by whatever provider has its scheme
   */
  default Backend open(String uri, Function<String, Backend> others) {
    return open(uri);
  }

  /**
   * Returns the statements that create the schema of this URI's store, for people to run, without
   * connecting; empty where there is nothing to run.
   *
   * @throws IllegalArgumentException if the URI cannot be read; the message shows no password
   */
  default Optional<String> schema(String uri) {
    return Optional.empty();
  }
}
