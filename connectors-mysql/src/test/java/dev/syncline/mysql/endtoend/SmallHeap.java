package dev.syncline.mysql.endtoend;

import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A process with little heap that runs a job, and ends with a status of its own if that is not
 * enough. Its main takes source port, target port, user, database, and tables to be copied, all if
 * none is named.
 */
final class SmallHeap implements AutoCloseable {

  private static final String PASSWORD = "SYNCLINE_TEST_PASSWORD";

  /** With what the JVM ends when told to by {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  private static final int JOB_FAILED = 4;

  private final Process process;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final Thread reader;

  private SmallHeap(Process process) {
    this.process = process;
    this.reader = new Thread(this::read, "small-heap-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a job in a JVM with so much heap. */
  static SmallHeap start(String heap, ServerPair pair, String database, String... tables)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:+ExitOnOutOfMemoryError",
            "-classpath",
            System.getProperty("java.class.path"),
            SmallHeap.class.getName(),
            String.valueOf(pair.source().port()),
            String.valueOf(pair.target().port()),
            pair.source().username(),
            database);
    builder.command().addAll(List.of(tables));
    builder.environment().put(PASSWORD, pair.source().password());
    builder.redirectErrorStream(true);
    return new SmallHeap(builder.start());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(line);
      }
    } catch (IOException e) {
      output.add(e.toString());
    }
  }

  void awaitSynchronizing() throws Exception {
    await(JobState.SYNCHRONIZING);
  }

  void await(JobState state) throws Exception {
    Await.until(
        "the job is " + state,
        Duration.ofMinutes(2),
        () -> {
          failIfEnded();
          return output.contains(state.name());
        });
  }

  /** Fails the test if the process has ended. */
  void failIfEnded() {
    if (!process.isAlive()) {
      throw new AssertionError(ended());
    }
  }

  private String ended() {
    int status = process.exitValue();
    String why = status == OUT_OF_MEMORY ? "had not memory enough" : "ended with status " + status;
    return "The job " + why + " and said:\n" + String.join("\n", output);
  }

  /** Waits until the job has failed, and says why. */
  String awaitFailure() throws Exception {
    Await.until("the job fails", Duration.ofMinutes(2), () -> !process.isAlive());
    reader.join();
    if (process.exitValue() != JOB_FAILED) {
      throw new AssertionError(ended());
    }
    return String.join("\n", output);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  public static void main(String[] arguments) throws InterruptedException, IOException {
    SyncJob<TableChange> job =
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
            .named(arguments[3])
            .select(selection(List.of(arguments)))
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(new MemoryCheckpointStore())
            .build();
    job.start();
    JobState last = JobState.NOT_STARTED;
    while (job.status().failure().isEmpty()) {
      JobStatus status = job.status();
      if (status.state() != last) {
        last = status.state();
        System.out.println(last);
      }
      if (System.in.available() > 0) {
        System.exit(0);
      }
      Await.moment();
    }
    job.status().failure().ifPresent(cause -> cause.printStackTrace(System.out));
    System.exit(JOB_FAILED);
  }

  private static TableSelection selection(List<String> arguments) {
    List<String> tables = arguments.subList(4, arguments.size());
    if (tables.isEmpty()) {
      return TableSelection.builder().database(arguments.get(3)).build();
    }
    return TableSelection.builder()
        .database(arguments.get(3), database -> tables.forEach(database::table))
        .build();
  }
}
