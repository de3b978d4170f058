package io.wrkr;

import static org.assertj.core.api.Assertions.assertThat;

import io.wrkr.spi.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A payload names no class: whatever it says, only the type that the reader asked for is made. */
class PayloadSecurityTest {
  private static final String SPRUNG = "wrkr.test.trap";

  /** Tells when it is loaded. */
  static final class Trap {
    static {
      System.setProperty(SPRUNG, "yes");
    }

    public Trap() {}

    public Trap(String text) {}
  }

  record Holder(Object held, List<Object> more, Map<String, Object> named) {}

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"@class\":\"TRAP\"}",
        "{\"@type\":\"TRAP\",\"x\":1}",
        "{\"class\":\"TRAP\"}",
        "{\"$type\":\"TRAP\"}",
        "[\"TRAP\",{}]",
        "[\"TRAP\",\"text\"]",
        "{\"@class\":\"javax.swing.JEditorPane\",\"page\":\"http://127.0.0.1:1/\"}",
        "[\"java.net.URL\",\"http://127.0.0.1:1/\"]"
      })
  void class_names_in_payloads_are_plain_text(String template) {
    String json = template.replace("TRAP", Trap.class.getName());

    Object free = decode(json, Object.class);
    Holder held =
        decode(
            "{\"held\":" + json + ",\"more\":[" + json + "],\"named\":{\"a\":" + json + "}}",
            Holder.class);

    assertThat(free).isInstanceOfAny(Map.class, List.class);
    assertThat(held.held()).isEqualTo(free);
    assertThat(held.more()).containsExactly(free);
    assertThat(held.named()).containsEntry("a", free);
    assertThat(System.getProperty(SPRUNG)).isNull();
  }

  private static <T> T decode(String json, Class<T> type) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    return JsonCodec.INSTANCE.decode(new Payload(Payload.JSON, bytes), type);
  }
}
