package dev.syncline.testkit.fault;

import dev.syncline.JobState;
import dev.syncline.SyncJob;
import dev.syncline.event.JobEvent;
import dev.syncline.event.JobListener;
import dev.syncline.testkit.Await;
import java.io.IOException;
import java.util.List;

/**
 * What the main of a {@link ChildProcess} does with its job: {@linkplain #run runs} it until it is
 * killed, and lets it {@linkplain #arming die} at a fault point if an argument says so.
 */
public final class ChildJob {

  /** The status with which it ends at the fault point that it was told. */
  public static final int DIED = 42;

  /** The status with which it ends when its job has failed. */
  public static final int FAILED = 4;

  private static final int ORPHANED = 2;
  private static final String DIE = "die";
  private static final String DIE_SYNCHRONIZED = "dieSynchronized";

  private ChildJob() {}

  /** An argument: the process ends when a point is passed for the so manieth time. */
  public static String dying(FaultPoint point, int passing) {
    return DIE + "=" + point + "=" + passing;
  }

  /** An argument: the same, counted from the moment on at which the job synchronizes. */
  public static String dyingSynchronized(FaultPoint point, int passing) {
    return DIE_SYNCHRONIZED + "=" + point + "=" + passing;
  }

  /**
   * Arms points of a job when it starts or when it synchronizes.
   *
   * @param arguments those of {@link #dying} and {@link #dyingSynchronized} count
   */
  public static JobListener arming(FaultPoints points, List<String> arguments) {
    return event -> arguments.forEach(argument -> arm(event, points, argument));
  }

  private static void arm(JobEvent event, FaultPoints points, String argument) {
    String[] words = argument.split("=", -1);
    if (!words[0].equals(DIE) && !words[0].equals(DIE_SYNCHRONIZED)) {
      return;
    }
    JobState when = words[0].equals(DIE) ? JobState.INITIALIZING : JobState.SYNCHRONIZING;
    if (event instanceof JobEvent.StateChanged changed && changed.to() == when) {
      // In time for whoever waits for it: the state is printed a moment later.
      print(when);
      long unused =
          points.armNext(
              FaultPoint.valueOf(words[1]),
              Integer.parseInt(words[2]),
              () -> Runtime.getRuntime().halt(DIED));
    }
  }

  /**
   * Starts a job and prints its state whenever that changes. Returns never: the process ends with
   * {@link #FAILED} and a printed stack trace when the job has failed, and at once when the process
   * that started it has.
   */
  public static void run(SyncJob<?> job) throws InterruptedException {
    endWithParent();
    job.start();
    JobState last = JobState.NOT_STARTED;
    while (job.status().failure().isEmpty()) {
      JobState state = job.status().state();
      if (state != last) {
        last = state;
        print(last);
      }
      Await.moment();
    }
    job.status().failure().ifPresent(cause -> cause.printStackTrace(System.out));
    System.exit(FAILED);
  }

  private static void print(JobState state) {
    System.out.println(state);
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
              Runtime.getRuntime().halt(ORPHANED);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
