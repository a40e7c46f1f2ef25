package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of a table without any key cannot be told apart: a doubled or lost one would show. */
class KeylessCounterIT {

  private static final String DATABASE = "ledger";

  @Test
  void losesAndDoublesNoRowHoweverOftenTheProcessIsKilled(@TempDir Path checkpoints)
      throws Exception {
    int kills = KillCount.part(1.0 / 3);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (ServerPair pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
        Writer writer = new Writer(pair)) {
      for (int kill = 0; kill < kills; kill++) {
        try (ChildProcess job = ChildProcess.start(pair, DATABASE, checkpoints)) {
          job.awaitSynchronizing();
          Await.pause(random.nextInt(700));
          job.failIfEnded();
        }
      }
      try (ChildProcess job = ChildProcess.start(pair, DATABASE, checkpoints)) {
        job.awaitSynchronizing();
        writer.stop();
        assertThat(Checksums.awaitEqual(pair, DATABASE, Duration.ofSeconds(60)))
            .as("after %d kills, seed %d, %d inserts", kills, seed, writer.count())
            .isEqualTo(Checksums.of(pair.source(), DATABASE));
      }
      System.out.printf(
          "keyless counter: %d kills, %d rows, equal (seed %d)%n", kills, writer.count(), seed);
      assertThat(writer.count()).isGreaterThan(kills);
    }
  }

  /** Inserts one row per transaction until it is closed. */
  private static final class Writer implements AutoCloseable {

    private final ServerPair pair;
    private final AtomicLong count = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final Thread thread;
    private volatile boolean closed;

    Writer(ServerPair pair) throws SQLException {
      this.pair = pair;
      pair.source()
          .execute(
              "CREATE DATABASE " + DATABASE,
              "CREATE TABLE " + DATABASE + ".counter (operation INT NOT NULL, note VARCHAR(20))");
      thread = new Thread(this::write, "counter-writer");
      thread.start();
    }

    long count() {
      return count.get();
    }

    private void write() {
      try (Connection connection = pair.source().connect();
          PreparedStatement insert =
              connection.prepareStatement(
                  "INSERT INTO " + DATABASE + ".counter VALUES (?, 'operation')")) {
        while (!closed) {
          // Every operation is there twice, in two transactions: equal rows are the hardest case.
          insert.setLong(1, count.get() / 2);
          insert.executeUpdate();
          count.incrementAndGet();
          Await.pause(5);
        }
      } catch (SQLException | InterruptedException e) {
        failure.set(e);
      }
    }

    /** Ends the writing; fails the test if it failed before. */
    void stop() throws InterruptedException {
      closed = true;
      thread.join();
      assertThat(failure.get()).isNull();
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
