package io.wrkr;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochGenerator;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Event ids: time-ordered ones (UUIDv7, RFC 9562), and ones that are the same on every attempt. */
final class Ids {
  private static final TimeBasedEpochGenerator GENERATOR = Generators.timeBasedEpochGenerator();

  private Ids() {}

  static String next() {
    return GENERATOR.generate().toString();
  }

  /** Returns the id of a delivery's follow-up: the same whenever that delivery is handled again. */
  static String followUp(String deliveryId, int ordinal) {
    String name = deliveryId + "#" + ordinal;
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
  }
}
