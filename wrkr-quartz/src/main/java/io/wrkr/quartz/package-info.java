/** Cron expressions for recurrences, and a Quartz job that publishes an event. */
@NullMarked
package io.wrkr.quartz;

import org.jspecify.annotations.NullMarked;
