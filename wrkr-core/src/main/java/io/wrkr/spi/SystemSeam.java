package io.wrkr.spi;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the few places that may read the system's clock or start threads.
 *
 * <p>Everything else is handed a clock and an executor, so that tests own time. The build fails on
 * a read of the clock, a sleep, a new thread or a random id in code that is not marked.
 */
@Documented
@Retention(RetentionPolicy.CLASS)
@Target({ElementType.TYPE, ElementType.METHOD, ElementType.CONSTRUCTOR})
public @interface SystemSeam {}
