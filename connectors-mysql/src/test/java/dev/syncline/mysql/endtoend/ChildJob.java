package dev.syncline.mysql.endtoend;

import dev.syncline.FileCheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The main of a process that runs a job until it is killed; prints its state when it changes. */
final class ChildJob {

  static final String PASSWORD = "SYNCLINE_TEST_PASSWORD";

  private ChildJob() {}

  /** What it prints when the first row of a table is on its way. */
  static final String COPYING = "COPYING";

  /**
   * Takes source port, target port, user, database, folder of the checkpoints, and perhaps how many
   * rows of tables it copies: slowly, and no more.
   */
  public static void main(String[] arguments) throws InterruptedException {
    endWithParent();
    SyncJobBuilder<TableChange> builder =
        SyncJob.from(
                MySqlSource.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[0]))
                    .username(arguments[2])
                    .password(System.getenv(PASSWORD))
                    .build())
            .to(
                MySqlSink.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[1]))
                    .username(arguments[2])
                    .password(System.getenv(PASSWORD))
                    .build())
            .named("child")
            .select(TableSelection.builder().database(arguments[3]).build())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(FileCheckpointStore.at(Path.of(arguments[4])))
            .limits(JobLimits.builder().batchRows(200).build())
            .retry(RetryPolicy.builder().firstWait(Duration.ofMillis(100)).build());
    if (arguments.length > 5) {
      builder.through(new SlowCopy(Integer.parseInt(arguments[5])));
    }
    SyncJob<TableChange> job = builder.build();
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
