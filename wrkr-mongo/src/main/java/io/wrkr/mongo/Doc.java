package io.wrkr.mongo;

import io.wrkr.spi.HeaderText;
import io.wrkr.spi.Lease;
import io.wrkr.spi.OutgoingEvent;
import io.wrkr.spi.Payload;
import io.wrkr.spi.Replay;
import io.wrkr.spi.StoredEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * One delivery as a document. Names are short because every document repeats them.
 *
 * <pre>
 * _id  made of queue and event id ({@link DocId})
 * q    queue                                         e    event id; absent in a dedupe record
 * n    event name; absent in a dedupe record
 * t    tid; absent if the event has none
 * p    payload: JSON as a string, else binary        y    content type, unless it is JSON
 * h    headers as JSON text; absent if there are none
 * at   due: delay, retry time; absent once finished or dead
 * c    end of the last lease: while it is ahead somebody holds it; absent once settled
 * o    original due, once {@code at} became another
 * s    place in publish order
 * b    published at
 * w    dedupe window in milliseconds
 * k    attempts counted                              v    token of the last claim, 0 before the first
 * l    id of the last claim; absent before the first, and once settled
 * z    id of the settle call that wrote it last
 * r    history of the attempts, or why it is dead
 * g    true if its queue keeps order
 * a    true if it is delivered again, from the archive
 * x    dead since
 * f    finished at   u    leaves this collection at   m    then stays in the history, milliseconds
 * d    dedupe record is free to go at
 * </pre>
 */
final class Doc {
  static final String ID = "_id";
  static final String QUEUE = "q";
  static final String EVENT = "e";
  static final String NAME = "n";
  static final String TID = "t";
  static final String PAYLOAD = "p";
  static final String TYPE = "y";
  static final String HEADERS = "h";
  static final String AT = "at";
  static final String LEASE_END = "c";
  static final String ORIGINAL = "o";
  static final String SEQUENCE = "s";
  static final String BORN = "b";
  static final String WINDOW = "w";
  static final String ATTEMPTS = "k";
  static final String TOKEN = "v";
  static final String CLAIM = "l";
  static final String SETTLE = "z";
  static final String REASON = "r";
  static final String ORDERED = "g";
  static final String REPLAYED = "a";
  static final String DEAD = "x";
  static final String FINISHED = "f";
  static final String UNTIL = "u";
  static final String MOVE = "m";
  static final String EXPIRY = "d";

  private static final int MOST_OF_THE_REST = 1500;

  /** Beyond these nothing can be added any more. */
  private static final long LARGEST_TOKEN = Long.MAX_VALUE / 2;

  private static final long LONGEST_WINDOW = Duration.ofDays(1_000_000).toMillis();

  private Doc() {}

  static BsonBinary id(Lease lease) {
    return DocId.of(lease.queue(), lease.eventId());
  }

  static BsonDocument create(
      String queue, OutgoingEvent outgoing, boolean ordered, Instant now, long sequence) {
    StoredEvent event = outgoing.event();
    BsonDocument doc =
        new BsonDocument(ID, DocId.of(queue, event.id()))
            .append(QUEUE, new BsonString(queue))
            .append(EVENT, new BsonString(event.id()))
            .append(NAME, new BsonString(event.name()));
    event.tid().ifPresent(tid -> doc.append(TID, new BsonString(tid)));
    doc.append(PAYLOAD, payload(event.payload()));
    if (!event.payload().isJson()) {
      doc.append(TYPE, new BsonString(event.payload().contentType()));
    }
    if (!event.headers().isEmpty()) {
      doc.append(HEADERS, new BsonString(HeaderText.encode(event.headers())));
    }
    if (ordered) {
      doc.append(ORDERED, BsonBoolean.TRUE);
    }
    return doc.append(AT, roundedUp(outgoing.due().from(now)))
        .append(SEQUENCE, new BsonInt64(sequence))
        .append(BORN, new BsonDateTime(now.toEpochMilli()))
        .append(WINDOW, new BsonInt64(outgoing.dedupeWindow().toMillis()))
        .append(ATTEMPTS, new BsonInt32(0))
        .append(TOKEN, new BsonInt64(0));
  }

  /** Milliseconds, never earlier than the instant. */
  static BsonDateTime roundedUp(Instant instant) {
    long millis = instant.toEpochMilli();
    return new BsonDateTime(Instant.ofEpochMilli(millis).isBefore(instant) ? millis + 1 : millis);
  }

  /** Text if the bytes are what they say, so that people can read it. */
  private static BsonValue payload(Payload payload) {
    if (payload.isJson()) {
      try {
        ByteBuffer bytes = ByteBuffer.wrap(payload.bytes());
        return new BsonString(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
      } catch (CharacterCodingException e) {
        return new BsonBinary(payload.bytes());
      }
    }
    return new BsonBinary(payload.bytes());
  }

  /** How long about a new one is, in bytes of a binary payload and characters of the rest. */
  static long length(BsonDocument doc) {
    long payload =
        doc.isBinary(PAYLOAD)
            ? doc.getBinary(PAYLOAD).getData().length
            : text(doc, PAYLOAD).length();
    return payload + text(doc, HEADERS).length() + MOST_OF_THE_REST;
  }

  /**
   * Tells whether everything that a claim reads, or a settlement adds to, is there as it must be.
   */
  static boolean isSound(BsonDocument doc) {
    BsonValue payload = doc.get(PAYLOAD);
    BsonValue headers = doc.get(HEADERS);
    return isClaimable(doc)
        && doc.isString(EVENT)
        && doc.isString(NAME)
        && payload != null
        && (payload.isString() || payload.isBinary())
        && isNumber(doc, WINDOW, LONGEST_WINDOW)
        && doc.isDateTime(BORN)
        && (headers == null || (headers.isString() && isHeaders(headers.asString().getValue())))
        && (!doc.containsKey(TYPE) || doc.isString(TYPE))
        && (!doc.containsKey(ORIGINAL) || doc.isDateTime(ORIGINAL))
        && (!doc.containsKey(REASON) || doc.isString(REASON));
  }

  /** Tells whether everything that a claim changes is as it must be. */
  static boolean isClaimable(BsonDocument doc) {
    return doc.isBinary(ID)
        && isNumber(doc, ATTEMPTS, Integer.MAX_VALUE - 1)
        && isNumber(doc, TOKEN, LARGEST_TOKEN)
        && (!doc.containsKey(TID) || doc.isString(TID));
  }

  private static boolean isNumber(BsonDocument doc, String field, long most) {
    BsonValue value = doc.get(field);
    if (value == null || !value.isNumber()) {
      return false;
    }
    double number = value.asNumber().doubleValue();
    return number >= 0 && number <= most;
  }

  private static boolean isHeaders(String text) {
    try {
      HeaderText.decode(text);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  static StoredEvent event(BsonDocument doc) {
    BsonValue payload = doc.get(PAYLOAD);
    byte[] bytes =
        payload != null && payload.isBinary()
            ? payload.asBinary().getData()
            : text(doc, PAYLOAD).getBytes(StandardCharsets.UTF_8);
    return new StoredEvent(
        eventId(doc),
        text(doc, NAME),
        tid(doc),
        new Payload(doc.containsKey(TYPE) ? text(doc, TYPE) : Payload.JSON, bytes),
        headers(doc));
  }

  private static Map<String, String> headers(BsonDocument doc) {
    Map<String, String> headers = HeaderText.decode(text(doc, HEADERS));
    return doc.containsKey(REPLAYED) ? Replay.marked(headers) : headers;
  }

  static String eventId(BsonDocument doc) {
    return text(doc, EVENT);
  }

  static Optional<String> tid(BsonDocument doc) {
    return doc.isString(TID) ? Optional.of(text(doc, TID)) : Optional.empty();
  }

  /** The text of a field, empty if it is absent or none. */
  static String text(BsonDocument doc, String field) {
    return doc.get(field) instanceof BsonString text ? text.getValue() : "";
  }

  static long number(BsonDocument doc, String field) {
    BsonValue value = doc.get(field);
    return value != null && value.isNumber() ? value.asNumber().longValue() : 0;
  }

  /** The instant of the first of these fields that is one. */
  static Instant instant(BsonDocument doc, String... fields) {
    for (String field : fields) {
      if (doc.get(field) instanceof BsonDateTime instant) {
        return Instant.ofEpochMilli(instant.getValue());
      }
    }
    return Instant.EPOCH;
  }
}
