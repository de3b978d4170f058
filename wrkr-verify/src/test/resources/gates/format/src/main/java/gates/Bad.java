package gates;

/** Indented by a tab and a stray space. */
final class Bad {
	 private Bad() {}
}
