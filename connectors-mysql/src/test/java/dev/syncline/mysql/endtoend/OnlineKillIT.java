package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.TableSelection;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Tools change a table online one after the other, some give up, and the job is killed at any
 * moment and begins again. {@code -Dsyncline.seed} repeats the random numbers of a run, though not
 * its moments.
 */
class OnlineKillIT {

  /** How long a job may stay where it is. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long MOST_WAIT_NANOS = TimeUnit.SECONDS.toNanos(2);

  /** A check meets tools that never pause. */
  private static final Set<String> PASSING = Set.of("TABLES_UNREADABLE");

  private static final List<FaultPoint> POINTS =
      List.of(
          FaultPoint.BEFORE_SCHEMA_APPLY,
          FaultPoint.AFTER_SCHEMA_APPLY,
          FaultPoint.BEFORE_CHECKPOINT_SAVE,
          FaultPoint.AFTER_CHECKPOINT_SAVE);

  @Test
  void targetHasWhatTheSourceHas() throws Exception {
    try (ServerPair pair = ServerPair.of(MySqlRelease.MYSQL_8_0)) {
      for (boolean whole : List.of(true, false)) {
        long seed = Long.getLong("syncline.seed", System.nanoTime());
        new Run(pair, whole, seed).run(KillCount.part(0.1));
      }
    }
  }

  /** Changes the table until it is told to end. */
  private static final class Tools {

    private final MySqlServer source;
    private final Random random;
    private final AtomicInteger changes = new AtomicInteger();
    private final AtomicInteger givenUp = new AtomicInteger();
    private final CompletableFuture<Void> work;
    private volatile boolean ends;

    Tools(MySqlServer source, long seed) {
      this.source = source;
      this.random = new Random(seed);
      this.work = CompletableFuture.runAsync(this::change);
    }

    private void change() {
      try {
        for (int n = 1; !ends; n++) {
          // Each change says by its default which one it was.
          String alter = "add column c%d int not null default %d".formatted(n, n);
          if (n > 3) {
            alter += ", drop column c%d, modify a varchar(%d)".formatted(n - 3, 40 + n);
          }
          List<String> statements = statements(n, alter);
          if (random.nextInt(4) == 0) {
            List<String> begun = statements.subList(0, 1 + random.nextInt(exchange(statements)));
            OnlineScripts.run(source, begun);
            OnlineScripts.run(source, OnlineScripts.undo(begun));
            givenUp.incrementAndGet();
          }
          OnlineScripts.run(source, statements);
          source.execute(
              "UPDATE shop.t SET a = CONCAT('%d ', id) WHERE id %% 5 = %d".formatted(n, n % 5));
          changes.incrementAndGet();
        }
      } catch (SQLException e) {
        throw new IllegalStateException("A statement of a tool failed.", e);
      }
    }

    private List<String> statements(int n, String alter) throws SQLException {
      return switch (random.nextInt(4)) {
        case 0 -> OnlineScripts.ghost(alter);
        case 1 -> OnlineScripts.twoSteps(alter);
        case 2 -> OnlineScripts.percona(source, alter);
        default -> OnlineScripts.dms(n, alter);
      };
    }

    /** The place of the statement that begins to exchange names. */
    private static int exchange(List<String> statements) {
      String begins = "(?i)(rename|alter /\\* gh-ost \\*/ table `shop`.`t`) .*";
      int place = 0;
      while (!statements.get(place).matches(begins)) {
        place++;
      }
      return place;
    }

    void end() {
      ends = true;
      work.join();
    }

    @Override
    public String toString() {
      return "%s changes, %s of them in a second attempt".formatted(changes, givenUp);
    }
  }

  /** One job, and its kills. */
  private static final class Run {

    private final ServerPair pair;
    private final TableSelection selection;
    private final String name;
    private final long seed;
    private final Random random;
    private final MemoryCheckpointStore store = new MemoryCheckpointStore();
    private ProxiedJob job;

    Run(ServerPair pair, boolean whole, long seed) {
      this.pair = pair;
      this.selection =
          whole
              ? TableSelection.builder().database("shop").build()
              : TableSelection.builder().database("shop", db -> db.table("t")).build();
      this.name = whole ? "killed-whole" : "killed-table";
      this.seed = seed;
      this.random = new Random(seed);
    }

    void run(int kills) throws Exception {
      begin(pair);
      job = start();
      try {
        job.awaitPassed(FaultPoint.BEFORE_SNAPSHOT_WRITE);
        Tools tools = new Tools(pair.source(), seed);
        try {
          for (int kill = 0; kill < kills; kill++) {
            Await.pause(random.nextInt(900));
            assertThat(job.job().status().failure()).isEmpty();
            if (random.nextBoolean()) {
              dieAtPoint(POINTS.get(random.nextInt(POINTS.size())));
            }
            replace();
          }
        } finally {
          tools.end();
        }
        assertEqual();
        System.out.printf(
            "Online changes on %s (%s): equal after %d kills; %s (seed %d)%n",
            pair.source().release(), name, kills, tools, seed);
      } catch (AssertionError | Exception e) {
        throw new AssertionError("Seed %d; %s".formatted(seed, job.job().status()), e);
      } finally {
        job.close();
      }
    }

    private static void begin(ServerPair pair) throws SQLException {
      pair.source()
          .execute(
              "DROP DATABASE IF EXISTS shop",
              "CREATE DATABASE shop",
              "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(40))",
              "INSERT INTO shop.t VALUES (1, 'one'), (2, 'two'), (3, 'three'), (101, 'more')");
      for (int count = 1; count < 4_000; count *= 2) {
        pair.source()
            .execute(
                "INSERT INTO shop.t SELECT id + %d, 'copied' FROM shop.t WHERE id > 100"
                    .formatted(count));
      }
      pair.target().execute("DROP DATABASE IF EXISTS shop");
    }

    private ProxiedJob start() throws InterruptedException {
      ProxiedJob started = ProxiedJobs.of(pair, name, selection, store);
      ProxiedJobs.start(started, PASSING);
      return started;
    }

    private void replace() throws InterruptedException {
      job.die();
      ProxiedJob dead = job;
      job = start();
      dead.close();
    }

    private void dieAtPoint(FaultPoint point) throws Exception {
      job.dieAt(point, 1 + random.nextInt(3), MOST_WAIT_NANOS);
    }

    private void assertEqual() throws Exception {
      pair.source().execute("INSERT INTO shop.t (id, a) VALUES (99999, 'last')");
      Map<String, String> tables = Shown.tables(pair.source(), "shop");
      awaitShown(tables);
      assertThat(job.job().status().failure()).isEmpty();
      assertThat(Checksums.awaitEqual(pair, "shop", PATIENCE))
          .isEqualTo(Checksums.of(pair.source(), "shop"));
    }

    /** Waits while the job comes forward: the tools may have been faster than it follows. */
    private void awaitShown(Map<String, String> tables) throws InterruptedException {
      Map<String, String> positions = Map.of();
      long moved = System.nanoTime();
      while (job.job().status().failure().isEmpty() && !isShown(tables)) {
        Map<String, String> now = job.job().status().positions();
        moved = now.equals(positions) ? moved : System.nanoTime();
        positions = now;
        assertThat(System.nanoTime() - moved)
            .as("nanoseconds at %s without the tables of the source", positions)
            .isLessThan(PATIENCE.toNanos());
        Await.moment();
      }
    }

    private boolean isShown(Map<String, String> tables) {
      try {
        return Shown.tables(pair.target(), "shop").equals(tables);
      } catch (SQLException e) {
        return false;
      }
    }
  }
}
