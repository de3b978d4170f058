package io.wrkr.verify;

/** What must hold of every history. */
enum Invariant {
  I1("no loss"),
  I2("no invention"),
  I3("not early"),
  I4("not after ack"),
  I5("one delivery, rising tokens"),
  I6("lease exclusive"),
  I7("order of a tid"),
  I8("dedupe"),
  I9("cancel"),
  I10("attempts and dead letters"),
  I11("counts"),
  I12("progress"),
  I13("atomic"),
  I14("recurrences");

  final String rule;

  Invariant(String rule) {
    this.rule = rule;
  }
}
