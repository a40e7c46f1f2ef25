package dev.syncline.examples.demo;

import dev.syncline.testkit.server.MySqlServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A process of its own that runs the job, so that it can be killed as a crash would. */
final class JobProcess implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(2);

  private final Screen screen;
  private final Process process;
  private final CountDownLatch synchronizing = new CountDownLatch(1);

  private JobProcess(Screen screen, Process process) {
    this.screen = screen;
    this.process = process;
    Thread reader = new Thread(this::read, "demo-job-output");
    reader.setDaemon(true);
    reader.start();
  }

  static JobProcess start(Screen screen, MySqlServer source, MySqlServer target, Path checkpoints)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-classpath",
            System.getProperty("java.class.path"),
            DemoJob.class.getName(),
            String.valueOf(source.port()),
            String.valueOf(target.port()),
            source.username(),
            checkpoints.toString());
    // Passwords go by the environment: arguments are shown to every user of the machine.
    builder.environment().put(DemoJob.SOURCE_PASSWORD, source.password());
    builder.environment().put(DemoJob.TARGET_PASSWORD, target.password());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    return new JobProcess(screen, builder.start());
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.equals(DemoJob.SYNCHRONIZING)) {
          synchronizing.countDown();
        } else {
          screen.show(line);
        }
      }
    } catch (IOException e) {
      if (process.isAlive()) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Waits until all rows are copied and the job follows. */
  void awaitSynchronizing() throws InterruptedException {
    long deadline = System.nanoTime() + START.toNanos();
    while (!synchronizing.await(100, TimeUnit.MILLISECONDS)) {
      if (!process.isAlive()) {
        throw new IllegalStateException("The job ended with status " + process.exitValue() + ".");
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("The job did not come to follow within " + START + ".");
      }
    }
  }

  /** Lets the job go on for a while. */
  void watch(Duration time) throws InterruptedException {
    if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new IllegalStateException("The job ended with status " + process.exitValue() + ".");
    }
  }

  /** Kills the process with a signal that it cannot see. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }
}
