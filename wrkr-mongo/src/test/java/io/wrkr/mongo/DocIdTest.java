package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bson.BsonBinary;
import org.junit.jupiter.api.Test;

class DocIdTest {
  private static final String UUID = "01932f6c-1d2e-7abc-8def-0123456789ab";

  @Test
  void is_the_same_for_the_same_queue_and_event_and_for_no_other() {
    List<String> events =
        List.of(
            UUID, UUID.replace('b', 'B'), UUID.replace("-", ""), "", "a", "a ", "ä", "1-1-1-1-1");
    Set<BsonBinary> ids = new HashSet<>();

    for (String queue : List.of("mail", "mail2", "Mail")) {
      for (String event : events) {
        ids.add(DocId.of(queue, event));
        assertThat(DocId.of(queue, event)).isEqualTo(DocId.of(queue, event));
      }
    }

    assertThat(ids).hasSize(3 * events.size()).allMatch(id -> id.getData().length == 29);
  }

  @Test
  void of_a_queue_lie_between_its_first_and_last_and_rise_with_uuids() {
    List<BsonBinary> rising = new ArrayList<>();

    rising.add(DocId.first("mail"));
    rising.add(DocId.of("mail", UUID));
    rising.add(DocId.of("mail", UUID.replace("6c-", "6d-")));
    rising.add(DocId.of("mail", "z"));
    rising.add(DocId.last("mail"));

    assertThat(rising)
        .extracting(BsonBinary::getData)
        .isSortedAccordingTo(java.util.Arrays::compareUnsigned);
    assertThat(DocId.of("mail2", UUID).getData())
        .satisfiesAnyOf(
            id ->
                assertThat(java.util.Arrays.compareUnsigned(id, DocId.first("mail").getData()))
                    .isNegative(),
            id ->
                assertThat(java.util.Arrays.compareUnsigned(id, DocId.last("mail").getData()))
                    .isPositive());
  }

  @Test
  void survives_as_the_mark_of_a_page() {
    BsonBinary id = DocId.of("mail", UUID);

    assertThat(DocId.of(DocId.bytes(new org.bson.BsonDocument("_id", id)))).isEqualTo(id);
    assertThatThrownBy(() -> DocId.of(new byte[3])).isInstanceOf(IllegalArgumentException.class);
  }
}
