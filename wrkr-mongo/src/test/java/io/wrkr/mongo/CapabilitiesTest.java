package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import io.wrkr.spi.Backend;
import io.wrkr.spi.Capabilities;
import io.wrkr.spi.Capability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The README's column of MongoDB is what the backend declares on a replica set. */
class CapabilitiesTest {
  @Test
  void table_of_the_readme_says_what_the_backend_declares() throws IOException {
    Map<String, String> said = said();

    try (MongoClient client = MongoClients.create(Mongods.uri());
        Backend backend = MongoBackend.of(client, "wrkr_capabilities")) {
      Capabilities declared = backend.capabilities();

      for (Capability each : Capability.values()) {
        assertThat(said).containsEntry(each.name(), declared.has(each) ? "yes" : "-");
      }
      client.getDatabase("wrkr_capabilities").drop();
    }
  }

  /** Returns what the column of MongoDB says, by capability. */
  private static Map<String, String> said() throws IOException {
    Map<String, String> said = new LinkedHashMap<>();
    int column = -1;
    for (String line : Files.readAllLines(Path.of("..", "README.md"))) {
      List<String> cells = Arrays.stream(line.split("\\|", -1)).map(String::strip).toList();
      if (cells.contains("capability")) {
        column = cells.indexOf("MongoDB");
      } else if (column > 0 && cells.size() > column && cells.get(1).startsWith("`")) {
        said.put(cells.get(1).split("`")[1], cells.get(column));
      }
    }
    return said;
  }
}
