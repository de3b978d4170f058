package io.wrkr.verify;

/** Records to be read: of a file mapped into memory, or of an array. */
interface Words {
  /** Returns the number of whole records, a torn tail left out. */
  int records();

  /** Returns one of a record's {@link Entry#WORDS} words. */
  long word(int record, int word);
}
