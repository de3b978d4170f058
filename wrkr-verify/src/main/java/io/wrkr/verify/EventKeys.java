package io.wrkr.verify;

import io.wrkr.spi.StoredEvent;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.zip.CRC32C;

/** The numbers that stand for events and their content in records. */
final class EventKeys {
  private static final int HEX_DIGITS = 16;
  private static final int SEQUENCE_BITS = 40;

  private EventKeys() {}

  /** Returns the id of a publisher's n-th event; its key is dense, which makes checking fast. */
  static String id(int publisher, long sequence) {
    String digits = Long.toHexString((long) publisher << SEQUENCE_BITS | sequence);
    return "0".repeat(HEX_DIGITS - digits.length()) + digits;
  }

  /** Returns the key of an event id: what the digits say, or for any other id its hash. */
  static long key(String id) {
    if (id.length() == HEX_DIGITS) {
      long key = 0;
      int i = 0;
      for (; i < HEX_DIGITS; i++) {
        int digit = Character.digit(id.charAt(i), HEX_DIGITS);
        if (digit < 0) {
          break;
        }
        key = key << 4 | digit;
      }
      if (i == HEX_DIGITS && key > 0) {
        return key;
      }
    }
    return hash(id) | Long.MIN_VALUE;
  }

  /** Returns the key of a tid: never 0, which stands for none. */
  static long tid(String tid) {
    return hash(tid) | 1;
  }

  /** Returns a checksum over all that must reach the handler unchanged. */
  static int content(StoredEvent event) {
    CRC32C sum = new CRC32C();
    update(sum, event.name());
    update(sum, event.tid().orElse("\0"));
    update(sum, event.payload().contentType());
    sum.update(event.payload().bytes());
    int headers = 0;
    for (Map.Entry<String, String> header : event.headers().entrySet()) {
      headers += Long.hashCode(hash(header.getKey()) ^ 31 * hash(header.getValue()));
    }
    return (int) sum.getValue() + headers;
  }

  private static void update(CRC32C sum, String text) {
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    sum.update(0);
  }

  /**
   * FNV-1a over the UTF-16 code units, then mixed, since FNV's upper bits of short texts are poor.
   */
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
    hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
    return hash ^ hash >>> 33;
  }
}
