package io.wrkr.quartz;

import io.wrkr.Event;
import io.wrkr.Publisher;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.quartz.Job;
import org.quartz.JobDataMap;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Publishes an event at each fire of a Quartz trigger, for who already runs a Quartz scheduler.
 * Stateless; whoever does not run one uses {@link io.wrkr.Wrkr#repeat} with a {@link Cron}.
 *
 * <p>The event's id is {@code JOBKEY@SCHEDULED}, with the scheduled instant of the fire. A fire
 * that Quartz executes again, on another node or as recovery of one that crashed, makes no second
 * event. A fire that Quartz reschedules because it was missed counts by its new instant.
 *
 * <pre>{@code
 * scheduler.getContext().put(PublishJob.BUS, wrkr);
 * JobDetail job =
 *     JobBuilder.newJob(PublishJob.class)
 *         .withIdentity("morning-report")
 *         .usingJobData(PublishJob.NAME, "ourapp.report.wanted")
 *         .usingJobData(PublishJob.PAYLOAD, "{\"pages\": 3}")
 *         .requestRecovery()
 *         .build();
 * }</pre>
 */
public final class PublishJob implements Job {
  /** The key in the scheduler's context: the {@link io.wrkr.Wrkr} or other publisher. */
  public static final String BUS = "wrkr.bus";

  /** The key in the job's or trigger's data: the event's name. */
  public static final String NAME = "wrkr.name";

  /** The key in the job's or trigger's data: the event's tid, if it has one. */
  public static final String TID = "wrkr.tid";

  /** The key in the job's or trigger's data: the payload as JSON text; none is {@code null}. */
  public static final String PAYLOAD = "wrkr.payload";

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonNodeFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  /** Called by Quartz. */
  public PublishJob() {}

  /**
   * Publishes the event.
   *
   * @throws JobExecutionException if bus or name is missing, or the event could not be published
   */
  @Override
  public void execute(JobExecutionContext context) throws JobExecutionException {
    String job = context.getJobDetail().getKey().toString();
    try {
      bus(context, job).publish(event(context, job));
    } catch (SchedulerException | RuntimeException e) {
      if (e instanceof JobExecutionException known) {
        throw known;
      }
      throw new JobExecutionException(
          "The job " + job + " published no event: " + e.getMessage(), e, false);
    }
  }

  private static Publisher bus(JobExecutionContext context, String job) throws SchedulerException {
    Object bus = context.getScheduler().getContext().get(BUS);
    if (bus instanceof Publisher publisher) {
      return publisher;
    }
    throw new JobExecutionException(
        "The job "
            + job
            + " finds no bus: scheduler.getContext().put(PublishJob.BUS, wrkr) before start");
  }

  private static Event event(JobExecutionContext context, String job) throws JobExecutionException {
    JobDataMap data = context.getMergedJobDataMap();
    String name = text(data, NAME, job);
    if (name == null) {
      throw new JobExecutionException(
          "The job " + job + " has no event name: give it usingJobData(PublishJob.NAME, …)");
    }
    Event event = Event.of(name).id(job + "@" + scheduled(context)).payload(payload(data, job));
    String tid = text(data, TID, job);
    return tid == null ? event : event.tid(tid);
  }

  /** Returns the instant for which the fire was meant, also when this is its recovery. */
  private static Instant scheduled(JobExecutionContext context) {
    Object original =
        context
            .getMergedJobDataMap()
            .get(Scheduler.FAILED_JOB_ORIGINAL_TRIGGER_SCHEDULED_FIRETIME_IN_MILLISECONDS);
    return context.isRecovering() && original != null
        ? Instant.ofEpochMilli(Long.parseLong(original.toString()))
        : context.getScheduledFireTime().toInstant();
  }

  private static @Nullable JsonNode payload(JobDataMap data, String job)
      throws JobExecutionException {
    String json = text(data, PAYLOAD, job);
    try {
      return json == null ? null : JSON.readTree(json);
    } catch (JacksonException e) {
      // Without Jackson's cause, which would quote the payload.
      throw new JobExecutionException(
          "The job " + job + " has a " + PAYLOAD + " that is no JSON: " + e.getOriginalMessage());
    }
  }

  private static @Nullable String text(JobDataMap data, String key, String job)
      throws JobExecutionException {
    Object value = data.get(key);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw new JobExecutionException(
        "The job "
            + job
            + " has as "
            + key
            + " a "
            + value.getClass().getName()
            + ": give a String");
  }
}
