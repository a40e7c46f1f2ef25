package dev.syncline.testkit.fault;

import dev.syncline.JobState;
import dev.syncline.testkit.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own, whose main runs a job by {@link ChildJob}; killing it is a crash of the
 * application. {@link #close} kills it if it still runs.
 */
public final class ChildProcess implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** With what a JVM ends when told to by {@code -XX:+ExitOnOutOfMemoryError}. */
  private static final int OUT_OF_MEMORY = 3;

  private final Process process;
  private final Queue<String> output = new ConcurrentLinkedQueue<>();
  private final Thread reader;

  private ChildProcess(Process process) {
    this.process = process;
    reader = new Thread(this::read, "child-output");
    reader.setDaemon(true);
    reader.start();
  }

  /** A process that runs the main of a class, with the class path of this one. */
  public static Builder of(Class<?> main) {
    return new Builder(main);
  }

  /** Describes a process. */
  public static final class Builder {

    private final Class<?> main;
    private final List<String> options = new ArrayList<>();
    private final ProcessBuilder process = new ProcessBuilder();
    private String classPath = System.getProperty("java.class.path");

    private Builder(Class<?> main) {
      this.main = Objects.requireNonNull(main, "main");
    }

    /** Gives it so much heap, as {@code 64m}; it ends if that is not enough. Default: the JVM's. */
    public Builder heap(String size) {
      return options("-Xmx" + size, "-XX:+ExitOnOutOfMemoryError");
    }

    /** Adds options of the JVM. Default: none. */
    public Builder options(String... more) {
      options.addAll(List.of(more));
      return this;
    }

    /** Gives it another class path than that of this process. */
    public Builder classPath(String path) {
      classPath = Objects.requireNonNull(path, "path");
      return this;
    }

    /** Adds a variable to its environment, where passwords belong. Default: those of this one. */
    public Builder environment(String name, String value) {
      process.environment().put(name, value);
      return this;
    }

    /** Starts it. */
    public ChildProcess start(String... arguments) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(options);
      command.addAll(List.of("-classpath", classPath, main.getName()));
      command.addAll(List.of(arguments));
      return new ChildProcess(process.command(command).redirectErrorStream(true).start());
    }
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

  /**
   * Waits until its job has come to a state, for two minutes at the most. A job that follows its
   * source has come to all states before that, also if it was too quick to be seen in one.
   */
  public void await(JobState state) throws Exception {
    boolean passes = state == JobState.INITIALIZING;
    Await.until(
        "the job of the process comes to " + state,
        PATIENCE,
        () -> {
          failIfEnded();
          return output.contains(state.name()) || (passes && hasFollowed());
        });
  }

  /** Waits until it has printed a line, for two minutes at the most. */
  public void await(String line) throws Exception {
    Await.until(
        "the process prints " + line,
        PATIENCE,
        () -> {
          failIfEnded();
          return output.contains(line);
        });
  }

  /** Waits until its job synchronizes, for two minutes at the most. */
  public void awaitSynchronizing() throws Exception {
    await(JobState.SYNCHRONIZING);
  }

  /** Whether its job has come to follow its source. */
  public boolean hasFollowed() {
    return output.contains(JobState.SYNCHRONIZING.name());
  }

  /** Waits until it has ended itself at the fault point that it was told. */
  public void awaitDeath(Duration patience) throws InterruptedException {
    String unused = awaitEnd(ChildJob.DIED, patience);
  }

  /** Waits until its job has failed, for two minutes at the most; returns what it printed. */
  public String awaitFailure() throws InterruptedException {
    return awaitEnd(ChildJob.FAILED, PATIENCE);
  }

  /**
   * Waits until it has ended by itself, and returns what it printed.
   *
   * @throws AssertionError if it does not end in time, or with another status
   */
  public String awaitEnd(int status, Duration patience) throws InterruptedException {
    if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("The process has not ended within " + patience + said());
    }
    reader.join(patience.toMillis());
    if (process.exitValue() != status) {
      throw new AssertionError(end());
    }
    return String.join("\n", output);
  }

  /** Fails the test if the process has ended by itself, with all that it said. */
  public void failIfEnded() {
    if (!process.isAlive()) {
      throw new AssertionError(end());
    }
  }

  private String end() {
    int status = process.exitValue();
    String how = status == OUT_OF_MEMORY ? "had not memory enough" : "ended with status " + status;
    return "The process " + how + said();
  }

  private String said() {
    return " and said:\n" + String.join("\n", output);
  }

  /** Kills the process with a signal that it cannot see. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
