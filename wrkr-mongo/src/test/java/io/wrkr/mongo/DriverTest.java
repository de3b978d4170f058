package io.wrkr.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.internal.build.MongoDriverVersion;
import org.junit.jupiter.api.Test;

class DriverTest {
  @Test
  void the_tests_run_on_the_driver_that_the_build_asked_for() throws ReflectiveOperationException {
    // Read at run time: the compiler would copy the constant.
    Object version = MongoDriverVersion.class.getField("VERSION").get(null);

    assertThat(version).isEqualTo(System.getProperty("wrkr.test.driver"));
  }
}
