package gates;

final class BadTest {

  private BadTest() {}

  static boolean same(int[] left, int[] right) {
    return left.equals(right);
  }
}
