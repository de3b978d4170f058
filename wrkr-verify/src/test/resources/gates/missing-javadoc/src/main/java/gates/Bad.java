package gates;

public final class Bad {

  private Bad() {}
}
