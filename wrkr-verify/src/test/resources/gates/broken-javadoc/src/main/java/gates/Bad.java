package gates;

/** Points to {@link Nowhere}. */
public final class Bad {

  private Bad() {}
}
