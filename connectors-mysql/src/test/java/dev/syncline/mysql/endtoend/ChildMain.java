package dev.syncline.mysql.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.FileCheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.Source;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildJob;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.FaultPoints;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The main of a process that runs a job on a database until it is killed. */
final class ChildMain {

  private static final String PASSWORD = "SYNCLINE_TEST_PASSWORD";
  private static final String COPYING_ROWS = "copy=";
  private static final String LANES = "lanes=";
  private static final String COPY = "as=";

  /** What it prints when the first row of a table is on its way. */
  static final String COPYING = "COPYING";

  private ChildMain() {}

  /** Starts one with options of this class and arguments of {@link ChildJob}. */
  static ChildProcess start(ServerPair pair, String database, Path checkpoints, String... options)
      throws IOException {
    Stream<String> own =
        Stream.of(
            String.valueOf(pair.source().port()),
            String.valueOf(pair.target().port()),
            pair.source().username(),
            database,
            checkpoints.toString());
    return ChildProcess.of(ChildMain.class)
        .heap("192m")
        .options("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .environment(PASSWORD, pair.source().password())
        .start(Stream.concat(own, Stream.of(options)).toArray(String[]::new));
  }

  /** An option: copies so many rows of tables slowly, and no more. */
  static String copying(int rows) {
    return COPYING_ROWS + rows;
  }

  /** An option: several lanes, or one that commits whole transactions. */
  static String lanes(int count) {
    return LANES + count;
  }

  /** An option: the database has another name at the target, and so has a column. */
  static String as(String database) {
    return COPY + database;
  }

  /** Takes source port, target port, user, database, folder of the checkpoints, and options. */
  public static void main(String[] arguments) throws InterruptedException {
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
    ChildJob.run(
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
    FaultPoints points = new FaultPoints();
    SyncJobBuilder<TableChange> builder =
        SyncJob.from(points.in(source))
            .to(points.in(sink))
            .checkpoints(points.in(store))
            .listener(ChildJob.arming(points, options))
            .acknowledge("FOREIGN_KEY_ORDER");
    for (String option : options) {
      if (option.startsWith(COPYING_ROWS)) {
        int rows = Integer.parseInt(option.substring(COPYING_ROWS.length()));
        builder.through(new SlowCopy(rows));
      }
    }
    return builder;
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
}
