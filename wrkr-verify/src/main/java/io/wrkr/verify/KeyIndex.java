package io.wrkr.verify;

import java.util.Arrays;

/** Numbers 64-bit keys in the order in which they come: open addressing, no boxing. */
final class KeyIndex {
  private long[] keys;
  private int[] slots;
  private int size;

  KeyIndex(int expected) {
    keys = new long[Math.max(8, expected)];
    slots = new int[tableSize(keys.length)];
  }

  int size() {
    return size;
  }

  long key(int index) {
    return keys[index];
  }

  /** Returns the index of a key, or -1. */
  int find(long key) {
    return slots[slot(key)] - 1;
  }

  /** Returns the index of a key, a new one if needed. */
  int add(long key) {
    int slot = slot(key);
    if (slots[slot] > 0) {
      return slots[slot] - 1;
    }
    if (size == keys.length) {
      keys = Arrays.copyOf(keys, 2 * size);
      rehash();
      slot = slot(key);
    }
    keys[size++] = key;
    slots[slot] = size;
    return size - 1;
  }

  private void rehash() {
    slots = new int[tableSize(keys.length)];
    for (int i = 0; i < size; i++) {
      slots[slot(keys[i])] = i + 1;
    }
  }

  private static int tableSize(int keys) {
    return Integer.highestOneBit(Math.min(keys, 1 << 29)) * 4;
  }

  /** Dense keys keep their neighbourhood, which spares the cache; equal low bits are rare. */
  private int slot(long key) {
    int mask = slots.length - 1;
    int slot = (int) (key + (key >>> 40) * 0x9E3779B97F4A7C15L) & mask;
    while (slots[slot] > 0 && keys[slots[slot] - 1] != key) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
