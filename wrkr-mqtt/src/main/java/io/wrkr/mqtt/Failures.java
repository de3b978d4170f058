package io.wrkr.mqtt;

import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5ConnAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5DisconnectException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5SubAckException;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAckReasonCode;
import io.wrkr.spi.BackendException;
import io.wrkr.spi.BackendException.Outcome;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What went wrong in the broker or on the way to it, for the core. */
final class Failures {
  private static final Set<Mqtt5ConnAckReasonCode> LOGIN =
      Set.of(
          Mqtt5ConnAckReasonCode.BAD_USER_NAME_OR_PASSWORD,
          Mqtt5ConnAckReasonCode.NOT_AUTHORIZED,
          Mqtt5ConnAckReasonCode.BAD_AUTHENTICATION_METHOD,
          Mqtt5ConnAckReasonCode.BANNED);

  private static final Set<Mqtt5ConnAckReasonCode> HOPELESS =
      Set.of(
          Mqtt5ConnAckReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
          Mqtt5ConnAckReasonCode.CLIENT_IDENTIFIER_NOT_VALID);

  private Failures() {}

  /** Waits for an answer; its failure means {@code outcome}, unless only a person can help. */
  static <T> T await(String what, Outcome outcome, Future<T> answer, long seconds) {
    try {
      return answer.get(seconds, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw translated(what, outcome, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      throw new BackendException(outcome, what + ": no answer within " + seconds + " s", null);
    } catch (CancellationException e) {
      throw new IllegalStateException("This MQTT backend was closed: open another", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BackendException(outcome, what + ": interrupted", e);
    }
  }

  static BackendException translated(String what, Outcome outcome, Throwable failure) {
    Throwable e =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (e instanceof BackendException known) {
      return known;
    }
    if (e instanceof Mqtt5ConnAckException refused) {
      Mqtt5ConnAckReasonCode reason = refused.getMqttMessage().getReasonCode();
      if (LOGIN.contains(reason)) {
        return new BackendException(
            Outcome.FATAL,
            what + ": the MQTT broker refuses user or password (" + reason + "): correct them",
            null);
      }
      return new BackendException(
          HOPELESS.contains(reason) ? Outcome.FATAL : outcome,
          what + ": the MQTT broker refuses: " + reason,
          null);
    }
    if (e instanceof Mqtt5SubAckException refused) {
      return new BackendException(
          Outcome.FATAL,
          what
              + ": the MQTT broker refuses: "
              + refused.getMqttMessage().getReasonCodes()
              + ": give the user the right to it",
          null);
    }
    if (e instanceof Mqtt5PubAckException refused) {
      return new BackendException(
          outcome,
          what + ": the MQTT broker refuses: " + refused.getMqttMessage().getReasonCode(),
          null);
    }
    if (e instanceof Mqtt5DisconnectException closed) {
      return new BackendException(
          outcome, what + ": disconnected: " + closed.getMqttMessage().getReasonCode(), null);
    }
    return new BackendException(outcome, what + ": " + text(e), e);
  }

  static String text(Throwable e) {
    Throwable deepest = e;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
  }
}
