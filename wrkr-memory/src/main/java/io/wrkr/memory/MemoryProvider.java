package io.wrkr.memory;

import io.wrkr.spi.Backend;
import io.wrkr.spi.BackendProvider;
import java.util.Set;

/**
 * Opens {@code memory:}, a store of its own, and {@code memory:NAME}, the store of that name,
 * shared by all that open it in this process and gone when the last of them is closed.
 */
public final class MemoryProvider implements BackendProvider {
  private static final String SCHEME = "memory:";

  @Override
  public Set<String> schemes() {
    return Set.of(SCHEME);
  }

  @Override
  public Backend open(String uri) {
    if (!uri.startsWith(SCHEME)) {
      throw new IllegalArgumentException(
          "The URI '" + uri + "' does not begin with memory: give memory: or memory:NAME");
    }
    String name = uri.substring(SCHEME.length());
    return name.isEmpty() ? MemoryBackend.create() : MemoryBackend.sharing(name);
  }
}
