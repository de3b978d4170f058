package gates;

import java.util.List;

/** Imports what it does not use. */
final class Bad {

  private Bad() {}
}
