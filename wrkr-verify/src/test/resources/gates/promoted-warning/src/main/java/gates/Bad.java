package gates;

/** Depends on the encoding and the language of the machine. */
final class Bad {

  private Bad() {}

  static byte[] bytes(String text) {
    return text.toLowerCase().getBytes();
  }
}
