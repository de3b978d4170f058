package gates;

/** Compares two arrays by identity. */
final class Bad {

  private Bad() {}

  static boolean same(int[] left, int[] right) {
    return left.equals(right);
  }
}
