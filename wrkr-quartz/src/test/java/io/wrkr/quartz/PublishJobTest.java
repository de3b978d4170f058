package io.wrkr.quartz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.wrkr.Delivery;
import io.wrkr.Event;
import io.wrkr.Wrkr;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.impl.JobExecutionContextImpl;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.spi.OperableTrigger;
import org.quartz.spi.TriggerFiredBundle;

/** A real Quartz scheduler that publishes to a bus. */
class PublishJobTest {
  private static final Instant SCHEDULED = Instant.parse("2026-11-21T09:30:00Z");
  private static final Map<String, String> DATA =
      Map.of(
          PublishJob.NAME, "report.due", PublishJob.TID, "47", PublishJob.PAYLOAD, "{\"a\":12.50}");

  private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
  private final Wrkr bus = Wrkr.connect("memory:");
  private Scheduler scheduler;

  @BeforeEach
  void open() throws SchedulerException {
    bus.queue("q").on("#", arrived::add);
    bus.start();
    Properties properties = new Properties();
    properties.put("org.quartz.scheduler.instanceName", "publish-job-test");
    properties.put("org.quartz.threadPool.threadCount", "1");
    properties.put("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    scheduler = new StdSchedulerFactory(properties).getScheduler();
    scheduler.getContext().put(PublishJob.BUS, bus);
  }

  @AfterEach
  void close() throws SchedulerException {
    scheduler.shutdown(true);
    bus.close();
  }

  @Test
  void fire_publishes_the_event_of_the_job_data() throws Exception {
    scheduler.scheduleJob(job(DATA), trigger("once"));
    scheduler.start();

    Delivery delivery = next();
    assertThat(delivery.event().id()).contains("reports.daily@2026-11-21T09:30:00Z");
    assertThat(delivery.event().name()).isEqualTo("report.due");
    assertThat(delivery.tid()).contains("47");
    assertThat(delivery.payload(Map.class).get("a")).hasToString("12.5");
  }

  @Test
  void fire_that_is_executed_again_makes_no_second_event() throws Exception {
    JobDetail job = job(Map.of(PublishJob.NAME, "report.due"));

    new PublishJob().execute(context(job, SCHEDULED, false));
    new PublishJob().execute(context(job, SCHEDULED, false));
    JobDetail recovered = job(Map.of(PublishJob.NAME, "report.due"));
    recovered
        .getJobDataMap()
        .put(
            Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS,
            String.valueOf(SCHEDULED.toEpochMilli()));
    new PublishJob().execute(context(recovered, SCHEDULED.plusSeconds(77), true));
    bus.publish(Event.of("last"));

    assertThat(next().event().name()).isEqualTo("report.due");
    assertThat(next().event().name()).isEqualTo("last");
  }

  @Test
  void what_is_missing_or_wrong_is_named() throws Exception {
    assertRefused(Map.of(), "reports.daily has no event name");
    assertRefused(Map.of(PublishJob.NAME, "a..b"), "a..b");
    assertRefused(Map.of(PublishJob.NAME, "a", PublishJob.PAYLOAD, "{"), "is no JSON");
    assertRefused(Map.of(PublishJob.NAME, "a", PublishJob.PAYLOAD, "1 2"), "is no JSON");
    assertRefused(Map.of(PublishJob.NAME, "a", PublishJob.TID, 7), "java.lang.Integer");
    scheduler.getContext().remove(PublishJob.BUS);
    assertRefused(DATA, "finds no bus");
  }

  private void assertRefused(Map<String, ?> data, String reason) {
    assertThatThrownBy(() -> new PublishJob().execute(context(job(data), SCHEDULED, false)))
        .isInstanceOf(JobExecutionException.class)
        .hasMessageContaining(reason);
  }

  private Delivery next() throws InterruptedException {
    Delivery delivery = arrived.poll(10, TimeUnit.SECONDS);
    assertThat(delivery).isNotNull();
    return delivery;
  }

  private static JobDetail job(Map<String, ?> data) {
    JobDetail job = JobBuilder.newJob(PublishJob.class).withIdentity("daily", "reports").build();
    job.getJobDataMap().putAll(data);
    return job;
  }

  private static Trigger trigger(String name) {
    return TriggerBuilder.newTrigger()
        .withIdentity(name)
        .startAt(Date.from(SCHEDULED))
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionIgnoreMisfires())
        .build();
  }

  private JobExecutionContext context(JobDetail job, Instant scheduled, boolean recovering) {
    Date at = Date.from(scheduled);
    OperableTrigger trigger = (OperableTrigger) trigger("again");
    return new JobExecutionContextImpl(
        scheduler,
        new TriggerFiredBundle(job, trigger, null, recovering, at, at, null, null),
        new PublishJob());
  }
}
