package io.wrkr.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The arguments as they were typed. Java 17 decodes them by the locale, and in the locale {@code
 * C}, usual in containers, makes every letter beyond ASCII a replacement character.
 */
final class Arguments {
  private static final char REPLACEMENT = '\uFFFD';
  private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

  private Arguments() {}

  static String[] decoded(String[] args) {
    for (int i = 0; i < args.length; i++) {
      if (args[i].indexOf(REPLACEMENT) >= 0) {
        return decodedAnew(args, i);
      }
    }
    return args;
  }

  private static String[] decodedAnew(String[] args, int damaged) {
    try {
      List<byte[]> all = split(Files.readAllBytes(COMMAND_LINE));
      List<byte[]> own = all.subList(Math.max(0, all.size() - args.length), all.size());
      String[] decoded = new String[own.size()];
      for (int i = 0; i < decoded.length; i++) {
        decoded[i] =
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(own.get(i))).toString();
      }
      return decoded.length == args.length ? decoded : args;
    } catch (IOException e) {
      throw unreadable(args, damaged);
    }
  }

  private static UsageException unreadable(String[] args, int damaged) {
    return new UsageException(
        "argument "
            + (damaged + 1)
            + ", '"
            + Text.shortened(args[damaged], 60)
            + "', is not UTF-8: check the terminal's encoding and LC_ALL");
  }

  private static List<byte[]> split(byte[] line) {
    List<byte[]> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < line.length; i++) {
      if (line[i] == 0) {
        parts.add(java.util.Arrays.copyOfRange(line, from, i));
        from = i + 1;
      }
    }
    return parts;
  }
}
