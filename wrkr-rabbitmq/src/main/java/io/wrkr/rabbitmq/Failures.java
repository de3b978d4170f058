package io.wrkr.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import com.rabbitmq.client.ShutdownSignalException;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** What went wrong in the broker or on the way to it, for the core. */
final class Failures {
  private static final int NOT_FOUND = 404;
  private static final int PRECONDITION_FAILED = 406;

  /** A step that may fail in all the ways in which the client does. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException, TimeoutException;
  }

  private Failures() {}

  /** Runs a step; its failure means {@code outcome}, unless only a person can help. */
  static <T> T translated(String what, Outcome outcome, Step<T> step) {
    try {
      return step.run();
    } catch (IOException | TimeoutException | ShutdownSignalException e) {
      throw translated(what, outcome, e);
    }
  }

  static BackendException translated(String what, Outcome outcome, Exception e) {
    if (e instanceof AuthenticationFailureException
        || e instanceof PossibleAuthenticationFailureException) {
      return new BackendException(
          Outcome.FATAL, what + ": RabbitMQ refuses user or password: correct them", null);
    }
    String reply = reply(e);
    if (reply.startsWith("NOT_ALLOWED") || reply.startsWith("ACCESS_REFUSED")) {
      return new BackendException(
          Outcome.FATAL, what + ": " + reply + ": give another virtual host or more rights", e);
    }
    if (code(e) == PRECONDITION_FAILED) {
      return new BackendException(
          Outcome.FATAL,
          what + ": " + reply + ": delete what has that name, or give another prefix or exchange",
          e);
    }
    return new BackendException(outcome, what + ": " + (reply.isEmpty() ? text(e) : reply), e);
  }

  /** Tells whether the broker says that there is no such queue. */
  static boolean isNotFound(Exception e) {
    return code(e) == NOT_FOUND;
  }

  private static int code(Exception e) {
    ShutdownSignalException signal = signal(e);
    if (signal == null) {
      return 0;
    }
    return signal.getReason() instanceof AMQP.Channel.Close close
        ? close.getReplyCode()
        : signal.getReason() instanceof AMQP.Connection.Close other ? other.getReplyCode() : 0;
  }

  /** Returns what the broker said when it closed the channel or connection. */
  private static String reply(Exception e) {
    ShutdownSignalException signal = signal(e);
    if (signal == null) {
      return "";
    }
    if (signal.getReason() instanceof AMQP.Channel.Close close) {
      return close.getReplyText();
    }
    return signal.getReason() instanceof AMQP.Connection.Close close ? close.getReplyText() : "";
  }

  private static @org.jspecify.annotations.Nullable ShutdownSignalException signal(Throwable e) {
    Throwable each = e;
    for (int depth = 0; each != null && depth < 5; depth++) {
      if (each instanceof ShutdownSignalException signal) {
        return signal;
      }
      each = each.getCause();
    }
    return null;
  }

  private static String text(Exception e) {
    Throwable deepest = e;
    while (deepest.getCause() != null && deepest.getMessage() == null) {
      deepest = deepest.getCause();
    }
    return deepest.getClass().getSimpleName()
        + (deepest.getMessage() == null ? "" : ": " + deepest.getMessage());
  }
}
