package dev.syncline.examples.demo;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Shows a whole life of a job: a real MySQL database is copied and then followed while it is
 * written to; the process of the job is killed in mid-stream; a new one goes on from the same
 * checkpoint; in the end every row on both sides is compared.
 *
 * <p>The last line says {@code EQUAL tables=<n> rows=<n>} with exit status 0, or {@code DIFF …}
 * with 1.
 */
public final class Demo {

  private static final Duration FOLLOW = Duration.ofSeconds(4);

  private Demo() {}

  /** Runs the demo. */
  public static void main(String[] arguments) throws Exception {
    Screen screen = new Screen();
    Path checkpoints = Files.createTempDirectory("syncline-demo");
    boolean equal;
    screen.say("Starting two MySQL 8.0 servers …");
    try (MySqlServer source = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("source").start();
        MySqlServer target = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("target").start()) {
      equal = run(screen, source, target, checkpoints);
    } finally {
      delete(checkpoints);
    }
    System.exit(equal ? 0 : 1);
  }

  private static boolean run(
      Screen screen, MySqlServer source, MySqlServer target, Path checkpoints) throws Exception {
    screen.say("Opening a small shop on port " + source.port() + " …");
    Shop shop = new Shop(source);
    screen.say("%,d rows in %d tables.".formatted(shop.open(), Shop.TABLES.size()));
    try (ShopWriters writers = new ShopWriters(source)) {
      screen.say("Three writers begin to work; the job copies to port " + target.port() + " …");
      try (JobProcess job = JobProcess.start(screen, source, target, checkpoints)) {
        job.awaitSynchronizing();
        job.watch(FOLLOW);
        job.kill();
      }
      screen.say("Killed the process of the job in mid-stream (SIGKILL).");
      screen.say("A new process goes on from the same checkpoint …");
      try (JobProcess job = JobProcess.start(screen, source, target, checkpoints)) {
        job.awaitSynchronizing();
        job.watch(FOLLOW);
        writers.stop();
        screen.say("The writers made %,d transactions and stopped.".formatted(writers.count()));
        awaitMarker(shop, target);
        job.kill();
      }
    }
    screen.say("Comparing every row …");
    String verdict = Comparison.compare(source, target, Shop.DATABASE, Shop.TABLES);
    screen.say(verdict);
    return verdict.startsWith("EQUAL");
  }

  /** Waits until the last change of the source is at the target. */
  private static void awaitMarker(Shop shop, MySqlServer target)
      throws SQLException, InterruptedException {
    String marker = shop.mark();
    long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (!shop.hasMark(target, marker)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("The last change did not reach the target in a minute.");
      }
      Pause.of(Duration.ofMillis(20));
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(
              file -> {
                try {
                  Files.delete(file);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }
}
