package gates;

/** Returns null where its signature says it never does. */
final class Bad {

  private Bad() {}

  static String nothing() {
    return null;
  }
}
