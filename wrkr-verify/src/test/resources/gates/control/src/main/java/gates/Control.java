package gates;

import org.jspecify.annotations.Nullable;

/** Well formed, well documented: see {@link SystemSeam}. */
public final class Control {

  private Control() {}

  static @Nullable String nothing() {
    return null;
  }
}
