package gates.unmarked;

/** Lives in a package that does not say whether its types may be null. */
final class Bad {

  private Bad() {}
}
