package dev.syncline.mysql.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.FileCheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.Source;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.event.JobListener;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The main of a process that runs a job until it is killed; prints its state when it changes. */
final class ChildJob {

  static final String PASSWORD = "SYNCLINE_TEST_PASSWORD";

  private ChildJob() {}

  private static final String LANES = "lanes=";
  private static final String COPY = "as=";

  /** What it prints when the first row of a table is on its way. */
  static final String COPYING = "COPYING";

  /** The status with which it ends at the fault point that it was told. */
  static final int DIED = 42;

  /** An option: copies so many rows of tables slowly, and no more. */
  static String copying(int rows) {
    return "copy=" + rows;
  }

  /** An option: several lanes, or one that commits whole transactions. */
  static String lanes(int count) {
    return LANES + count;
  }

  /** An option: the database has another name at the target, and so has a column. */
  static String as(String database) {
    return COPY + database;
  }

  /** An option: the process ends when a point is passed for the so manieth time. */
  static String dying(FaultPoint point, int passing) {
    return "die=" + point + "=" + passing;
  }

  /** An option: the same, counted from the moment on at which the job synchronizes. */
  static String dyingSynchronized(FaultPoint point, int passing) {
    return "dieSynchronized=" + point + "=" + passing;
  }

  /** Takes source port, target port, user, database, folder of the checkpoints, and options. */
  public static void main(String[] arguments) throws InterruptedException {
    endWithParent();
    List<String> options = new ArrayList<>(List.of(arguments).subList(5, arguments.length));
    int lanes = lanes(options);
    TableSelection selection = selection(arguments[3], options);
    SyncJobBuilder<TableChange> builder =
        builder(
            MySqlSource.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[0]))
                .username(arguments[2])
                .password(System.getenv(PASSWORD))
                .build(),
            MySqlSink.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(arguments[1]))
                .username(arguments[2])
                .password(System.getenv(PASSWORD))
                .build(),
            FileCheckpointStore.at(Path.of(arguments[4])),
            options);
    run(
        builder
            .named("child-" + arguments[3])
            .select(selection)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .consistency(lanes == 1 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY)
            .limits(
                JobLimits.builder()
                    .lanes(lanes)
                    .batchRows(200)
                    .checkpointInterval(Duration.ofMillis(300))
                    .build())
            .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(100)).build())
            .build());
  }

  /** Takes the name at the target out of the options. */
  private static TableSelection selection(String database, List<String> options) {
    for (String option : options) {
      if (option.startsWith(COPY)) {
        options.remove(option);
        return TableSelection.builder()
            .database(
                database,
                db ->
                    db.as(option.substring(COPY.length()))
                        .table("simple", t -> t.rename("n", "number"))
                        .tables("*"))
            .build();
      }
    }
    return TableSelection.builder().database(database).build();
  }

  /** Takes the number of lanes out of the options. */
  private static int lanes(List<String> options) {
    for (String option : options) {
      if (option.startsWith(LANES)) {
        options.remove(option);
        return Integer.parseInt(option.substring(LANES.length()));
      }
    }
    return 1;
  }

  private static SyncJobBuilder<TableChange> builder(
      Source<TableChange> source,
      Sink<TableChange> sink,
      CheckpointStore store,
      List<String> options) {
    SyncJobBuilder<TableChange> builder =
        SyncJob.from(source).to(sink).checkpoints(store).acknowledge("FOREIGN_KEY_ORDER");
    for (String option : options) {
      String[] words = option.split("=", -1);
      if (words[0].equals("copy")) {
        builder.through(new SlowCopy(Integer.parseInt(words[1])));
      } else {
        FaultPoints points = new FaultPoints();
        builder =
            SyncJob.from(points.in(source))
                .to(points.in(sink))
                .checkpoints(points.in(store))
                .acknowledge("FOREIGN_KEY_ORDER");
        builder.listener(arming(points, FaultPoint.valueOf(words[1]), words));
      }
    }
    return builder;
  }

  /** Arms a point at the start of the job, or when it synchronizes. */
  private static JobListener arming(FaultPoints points, FaultPoint point, String... words) {
    JobState when =
        words[0].equals("dieSynchronized") ? JobState.SYNCHRONIZING : JobState.INITIALIZING;
    return event -> {
      if (event instanceof JobEvent.StateChanged changed && changed.to() == when) {
        // In time for whoever waits for it: the state is printed a moment later.
        System.out.println(when);
        long unused =
            points.armNext(
                point, Integer.parseInt(words[2]), () -> Runtime.getRuntime().halt(DIED));
      }
    };
  }

  private static void run(SyncJob<TableChange> job) throws InterruptedException {
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
    System.exit(3);
  }

  /** Lets some rows of tables pass, one per millisecond, and the next one never. */
  private static final class SlowCopy implements Transform<TableChange> {

    private final AtomicInteger passed = new AtomicInteger();
    private final int rows;

    SlowCopy(int rows) {
      this.rows = rows;
    }

    @Override
    public Optional<TableChange> apply(TableChange change) {
      if (change instanceof SnapshotRow) {
        int number = passed.incrementAndGet();
        if (number == 1) {
          System.out.println(COPYING);
        }
        pause(number > rows ? TimeUnit.HOURS.toMillis(1) : 1);
      }
      return Optional.of(change);
    }

    private static void pause(long millis) {
      try {
        Await.pause(millis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("The copy was interrupted.", e);
      }
    }
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
