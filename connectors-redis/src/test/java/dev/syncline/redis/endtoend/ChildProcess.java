package dev.syncline.redis.endtoend;

import dev.syncline.JobState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** A process that runs {@link ChildJob}; killing it is a crash of the application. */
final class ChildProcess implements AutoCloseable {

  private final Process process;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final Thread reader;

  private ChildProcess(Process process) {
    this.process = process;
    reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts a job that copies everything, with so much heap and options of {@link ChildJob}. */
  static ChildProcess start(
      String heap, RedisPair pair, Duration grace, Path checkpoints, String... options)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-XX:+ExitOnOutOfMemoryError",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-classpath",
            System.getProperty("java.class.path"),
            ChildJob.class.getName(),
            String.valueOf(pair.source().port()),
            String.valueOf(pair.target().port()),
            String.valueOf(grace.toMillis()),
            checkpoints.toString());
    builder.command().addAll(List.of(options));
    builder.redirectErrorStream(true);
    return new ChildProcess(builder.start());
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

  void await(JobState state) throws Exception {
    Await.until(
        "the job is " + state,
        Duration.ofMinutes(2),
        () -> {
          failIfEnded();
          return output.contains(state.name());
        });
  }

  /** Waits until the process has ended itself at the fault point that it was told. */
  void awaitDeath(Duration patience) throws InterruptedException {
    boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    if (ended) {
      reader.join(patience.toMillis());
    }
    if (!ended || process.exitValue() != ChildJob.DIED) {
      throw new AssertionError(
          "The job did not come to its fault point; it said:\n" + String.join("\n", output));
    }
  }

  /** Fails the test if the process ended by itself, with all that it said. */
  void failIfEnded() {
    if (!process.isAlive()) {
      throw new AssertionError(
          "The job ended with status "
              + process.exitValue()
              + " and said:\n"
              + String.join("\n", output));
    }
  }

  /** Kills the process with a signal that it cannot see. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
