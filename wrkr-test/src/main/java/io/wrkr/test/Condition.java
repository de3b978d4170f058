package io.wrkr.test;

import java.util.function.Function;
import java.util.function.Predicate;

/** Something that a row must have; its values are shown where one does not. */
record Condition<R>(String field, String expected, Function<R, String> actual, Predicate<R> holds) {

  /** A field that must have a value. */
  static <R> Condition<R> equal(String field, Object expected, Function<R, ?> actual) {
    return new Condition<>(
        field,
        String.valueOf(expected),
        row -> String.valueOf(actual.apply(row)),
        row -> expected.equals(actual.apply(row)));
  }

  String difference(R row) {
    return "      " + field + ": expected " + expected + ", was " + actual.apply(row);
  }
}
