package io.wrkr;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.Nullable;

/** Text about failures, taken from exceptions that may themselves be broken. */
final class Failures {
  private static final int MAX_SUMMARY = 500;

  private Failures() {}

  /** Returns type and message on one line, whatever the exception's own methods do. */
  static String summary(Throwable failure) {
    String text = failure.getClass().getName();
    String message = message(failure);
    return oneLine(message == null || message.isEmpty() ? text : text + ": " + message);
  }

  /** Returns the stack trace, at most {@code max} characters; empty if it cannot be had. */
  static String stack(Throwable failure, int max) {
    try {
      StringWriter text = new StringWriter();
      PrintWriter printer = new PrintWriter(text);
      for (StackTraceElement frame : failure.getStackTrace()) {
        printer.println("\tat " + frame);
        if (text.getBuffer().length() > max) {
          break;
        }
      }
      String stack = text.toString();
      return stack.length() <= max ? stack : cut(stack, max) + "…\n";
    } catch (Throwable broken) {
      return "";
    }
  }

  /** Returns the text's beginning, no pair of surrogates cut in two. */
  static String cut(String text, int max) {
    if (text.length() <= max) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max);
  }

  /** Returns the text without line breaks and other control characters, shortened. */
  static String oneLine(String text) {
    String begin = cut(text, MAX_SUMMARY);
    StringBuilder line = new StringBuilder(begin.length());
    for (int i = 0; i < begin.length(); i++) {
      char c = begin.charAt(i);
      line.append(c < ' ' || (Character.isSurrogate(c) && isUnpaired(begin, i)) ? ' ' : c);
    }
    return line.toString();
  }

  /** Returns the failure as it is where it is unchecked, wrapped where it is not. */
  static RuntimeException unchecked(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return failure instanceof RuntimeException runtime
        ? runtime
        : new IllegalStateException(failure);
  }

  /** Throws the failure as it is, checked or not. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  static <X extends Throwable> RuntimeException unchanged(Throwable failure) throws X {
    throw (X) failure;
  }

  private static boolean isUnpaired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 >= text.length() || !Character.isLowSurrogate(text.charAt(i + 1))
        : i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
  }

  private static @Nullable String message(Throwable failure) {
    try {
      return failure.getMessage();
    } catch (Throwable broken) {
      return "(its getMessage threw " + broken.getClass().getName() + ")";
    }
  }
}
