package dev.syncline.redis.endtoend;

import dev.syncline.FileCheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.KeySelection;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.event.JobEvent;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The main of a process that runs a job until it is killed; prints its state when it changes. */
final class ChildJob {

  /** The status with which it ends at the fault point that it was told. */
  static final int DIED = 42;

  /** The status with which it ends when its job has failed. */
  static final int FAILED = 4;

  private ChildJob() {}

  /** An option: the process ends when a point is passed for the so manieth time. */
  static String dying(FaultPoint point, int passing) {
    return "die=" + point + "=" + passing;
  }

  /** An option: the same, counted from the moment on at which the job synchronizes. */
  static String dyingSynchronized(FaultPoint point, int passing) {
    return "dieSynchronized=" + point + "=" + passing;
  }

  /** Takes source port, target port, grace in ms, folder of the checkpoints, and options. */
  public static void main(String[] arguments) throws InterruptedException {
    endWithParent();
    FaultPoints points = new FaultPoints();
    RedisSource source =
        RedisSource.builder().host("127.0.0.1").port(Integer.parseInt(arguments[0])).build();
    RedisSink sink =
        RedisSink.builder()
            .host("127.0.0.1")
            .port(Integer.parseInt(arguments[1]))
            .expiryGrace(Duration.ofMillis(Long.parseLong(arguments[2])))
            .build();
    FileCheckpointStore store = FileCheckpointStore.at(Path.of(arguments[3]));
    run(
        SyncJob.from(points.in(source))
            .to(points.in(sink))
            .checkpoints(points.in(store))
            .named("child")
            .select(KeySelection.all())
            .initialize(Initialization.DATA)
            .listener(event -> arm(event, points, List.of(arguments).subList(4, arguments.length)))
            .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(300)).build())
            .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(100)).build())
            .build());
  }

  /** Arms a point at the start of the job, or when it synchronizes. */
  private static void arm(JobEvent event, FaultPoints points, List<String> options) {
    for (String option : options) {
      String[] words = option.split("=", -1);
      JobState when =
          words[0].equals("dieSynchronized") ? JobState.SYNCHRONIZING : JobState.INITIALIZING;
      if (event instanceof JobEvent.StateChanged changed && changed.to() == when) {
        FaultPoint point = FaultPoint.valueOf(words[1]);
        // In time for whoever waits for it: the state is printed a moment later.
        System.out.println(when);
        long unused =
            points.armNext(
                point, Integer.parseInt(words[2]), () -> Runtime.getRuntime().halt(DIED));
      }
    }
  }

  private static void run(SyncJob<KeyChange> job) throws InterruptedException {
    job.start();
    JobState last = JobState.NOT_STARTED;
    while (job.status().failure().isEmpty()) {
      JobStatus status = job.status();
      if (status.state() != last) {
        last = status.state();
        System.out.println(last);
      }
      Await.moment();
    }
    job.status().failure().ifPresent(cause -> cause.printStackTrace(System.out));
    System.exit(FAILED);
  }

  private static void endWithParent() {
    Thread watch =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {
                  // Nothing is ever sent; only the end counts.
                }
              } catch (IOException e) {
                // An input that cannot be read is as good as closed.
              }
              Runtime.getRuntime().halt(2);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
