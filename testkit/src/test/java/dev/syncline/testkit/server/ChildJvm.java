package dev.syncline.testkit.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A second JVM, whose output the test reads line by line. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Runs a main class.
   *
   * @param properties system properties; unless {@code java.class.path} is among them, the child
   *     has the class path of this JVM
   */
  static ChildJvm start(Class<?> main, Map<String, String> properties, String... arguments)
      throws IOException {
    Map<String, String> all = new TreeMap<>(properties);
    all.putIfAbsent("java.class.path", System.getProperty("java.class.path"));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.forEach((name, value) -> command.add("-D" + name + "=" + value));
    command.add(main.getName());
    command.addAll(Arrays.asList(arguments));
    return new ChildJvm(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** The next line that the child prints; fails when it ends instead. */
  String line() throws IOException {
    return Optional.ofNullable(output.readLine())
        .orElseThrow(() -> new AssertionError("The child JVM ended without the line awaited."));
  }

  /** Lets the child go on, when it reads its input. */
  void writeLine(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Kills the child as {@code kill -9} does and waits until it is gone. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
