package io.wrkr.mongo;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bson.BsonBinary;
import org.bson.BsonDocument;

/**
 * The {@code _id} of a delivery: 29 bytes, always the same for a queue and an event id.
 *
 * <ol>
 *   <li>12 bytes: SHA-256 of the queue, so that a queue's documents are one range.
 *   <li>1 byte: 1 if the event id is a UUID, else 2.
 *   <li>16 bytes: the UUID, which rises with time if the bus made it; else SHA-256 of the event id.
 * </ol>
 *
 * <p>Every claim and settlement lists hundreds of these, and the server compares, stores and logs
 * each: as a document of two strings they cost a third of its time.
 */
final class DocId {
  private static final int QUEUE_BYTES = 12;
  private static final int EVENT_BYTES = 16;
  private static final int BYTES = QUEUE_BYTES + 1 + EVENT_BYTES;
  private static final byte UUID_FOLLOWS = 1;
  private static final byte HASH_FOLLOWS = 2;
  private static final int UUID_LENGTH = 36;
  private static final int MAX_QUEUES = 10_000;

  private static final Map<String, byte[]> QUEUES = new ConcurrentHashMap<>();

  private DocId() {}

  static BsonBinary of(String queue, String eventId) {
    byte[] id = Arrays.copyOf(prefix(queue), BYTES);
    if (eventId.length() == UUID_LENGTH && putUuid(eventId, id)) {
      id[QUEUE_BYTES] = UUID_FOLLOWS;
    } else {
      id[QUEUE_BYTES] = HASH_FOLLOWS;
      System.arraycopy(hash(eventId), 0, id, QUEUE_BYTES + 1, EVENT_BYTES);
    }
    return new BsonBinary(id);
  }

  /** Tells whether it is as the bus writes them: 8-4-4-4-12 small hexadecimal digits. */
  private static boolean putUuid(String text, byte[] id) {
    int at = QUEUE_BYTES + 1;
    for (int i = 0; i < UUID_LENGTH; ) {
      if (i == 8 || i == 13 || i == 18 || i == 23) {
        if (text.charAt(i++) != '-') {
          return false;
        }
      } else {
        int digits = digit(text.charAt(i++)) << 4 | digit(text.charAt(i++));
        if (digits < 0) {
          return false;
        }
        id[at++] = (byte) digits;
      }
    }
    return true;
  }

  /** Returns the digit's value, negative if it is none. */
  private static int digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  }

  /** The least id there can be in the queue. */
  static BsonBinary first(String queue) {
    return new BsonBinary(Arrays.copyOf(prefix(queue), BYTES));
  }

  /** The greatest id there can be in the queue. */
  static BsonBinary last(String queue) {
    byte[] last = Arrays.copyOf(prefix(queue), BYTES);
    Arrays.fill(last, QUEUE_BYTES, BYTES, (byte) 0xff);
    return new BsonBinary(last);
  }

  static byte[] bytes(BsonDocument doc) {
    return doc.isBinary(Doc.ID) ? doc.getBinary(Doc.ID).getData() : new byte[BYTES];
  }

  /**
   * Takes what {@link #bytes} returned.
   *
   * @throws IllegalArgumentException if it is nothing of the kind
   */
  static BsonBinary of(byte[] bytes) {
    if (bytes.length != BYTES) {
      throw new IllegalArgumentException(bytes.length + " bytes are no id");
    }
    return new BsonBinary(bytes);
  }

  private static byte[] prefix(String queue) {
    byte[] known = QUEUES.get(queue);
    if (known != null) {
      return known;
    }
    if (QUEUES.size() > MAX_QUEUES) {
      QUEUES.clear();
    }
    return QUEUES.computeIfAbsent(queue, name -> Arrays.copyOf(hash(name), QUEUE_BYTES));
  }

  private static byte[] hash(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
