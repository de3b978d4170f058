package gates;

/** Uses a library that only another library brought along. */
final class Bad {

  private Bad() {}

  static Object token() {
    return tools.jackson.core.JsonToken.START_OBJECT;
  }
}
