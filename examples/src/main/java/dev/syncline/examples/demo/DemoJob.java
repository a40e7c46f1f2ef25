package dev.syncline.examples.demo;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;

import dev.syncline.FileCheckpointStore;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/** The process that runs the job of the demo and prints how it goes, until it is killed. */
final class DemoJob {

  static final String SYNCHRONIZING = "SYNCHRONIZING";
  static final String SOURCE_PASSWORD = "SYNCLINE_DEMO_SOURCE_PASSWORD";
  static final String TARGET_PASSWORD = "SYNCLINE_DEMO_TARGET_PASSWORD";

  private static final Logger BINLOG_CLIENT = Logger.getLogger("com.github.shyiko");

  private DemoJob() {}

  /** Takes the two ports, the user name and the folder of the checkpoints. */
  public static void main(String[] arguments) throws InterruptedException {
    endWithParent();
    // The binlog client tells of every connection by java.util.logging.
    BINLOG_CLIENT.setLevel(Level.WARNING);
    SyncJob<TableChange> job =
        SyncJob.from(
                MySqlSource.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[0]))
                    .username(arguments[2])
                    .password(System.getenv(SOURCE_PASSWORD))
                    .build())
            .to(
                MySqlSink.builder()
                    .host("127.0.0.1")
                    .port(Integer.parseInt(arguments[1]))
                    .username(arguments[2])
                    .password(System.getenv(TARGET_PASSWORD))
                    .build())
            .named("demo")
            .select(TableSelection.builder().database(Shop.DATABASE).build())
            .initialize(STRUCTURE, DATA)
            .checkpoints(FileCheckpointStore.at(Path.of(arguments[3])))
            .build();
    job.start();
    boolean announced = false;
    while (job.status().failure().isEmpty()) {
      JobStatus status = job.status();
      System.out.println(describe(status));
      if (status.state() == JobState.SYNCHRONIZING && !announced) {
        System.out.println(SYNCHRONIZING);
        announced = true;
      }
      Pause.of(Duration.ofMillis(200));
    }
    job.status().failure().ifPresent(Throwable::printStackTrace);
    System.exit(1);
  }

  private static String describe(JobStatus status) {
    if (status.state() == JobState.SYNCHRONIZING) {
      return String.format(
          Locale.ROOT,
          "following: %,d changes, %,.0f rows/s, delay %s",
          status.followedRows(),
          status.rowsPerSecond(),
          status.delay().map(delay -> delay.toMillis() + " ms").orElse("unknown"));
    }
    long copied = status.snapshotRows();
    long estimated = status.estimatedRows();
    if (estimated == 0) {
      return "starting";
    }
    return String.format(
        Locale.ROOT,
        "copying: %,d of about %,d rows, %d %%, %,.0f rows/s, %,d changes followed",
        copied,
        estimated,
        Math.min(100, copied * 100 / estimated),
        status.rowsPerSecond(),
        status.followedRows());
  }

  /** Ends this process when its parent is gone, which closes the standard input. */
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
            "demo-parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
