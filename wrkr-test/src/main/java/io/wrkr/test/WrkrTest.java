package io.wrkr.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test a bus of its own, as a parameter of type {@link ManualWrkr} or {@link
 * io.wrkr.Wrkr}, closes it afterwards, and prints its timeline when the test fails.
 */
@Documented
@Inherited
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(WrkrExtension.class)
public @interface WrkrTest {

  /** Where the clock stands at first, such as {@code 2027-01-04T09:00:00Z}, the default. */
  String start() default "";

  /** The zone for phrases. */
  String zone() default "UTC";

  /** The seed of jitter. */
  long seed() default 0;
}
