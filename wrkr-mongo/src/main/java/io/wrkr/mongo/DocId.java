package io.wrkr.mongo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
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
    ByteBuffer id = ByteBuffer.allocate(BYTES).put(prefix(queue));
    if (eventId.length() == UUID_LENGTH && isUuid(eventId)) {
      UUID uuid = UUID.fromString(eventId);
      id.put(UUID_FOLLOWS)
          .putLong(uuid.getMostSignificantBits())
          .putLong(uuid.getLeastSignificantBits());
    } else {
      id.put(HASH_FOLLOWS).put(hash(eventId), 0, EVENT_BYTES);
    }
    return new BsonBinary(id.array());
  }

  /** As the bus writes them: 8-4-4-4-12 small hexadecimal digits. */
  private static boolean isUuid(String text) {
    for (int i = 0; i < UUID_LENGTH; i++) {
      char c = text.charAt(i);
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? c != '-' : (c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
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
