package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.FIRST;
import static dev.syncline.redis.SinkTarget.STREAM;
import static dev.syncline.redis.SinkTarget.command;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.endtoend.AppendOnlyFile;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A target that is killed and connections that are cut at any moment, while commands are written
 * that must take effect once: the sums and lists at the end are exact.
 */
final class RedisSinkBreaksIT {

  private static final int KILLS = Integer.getInteger("syncline.kills", 30);
  private static final int COMMANDS = 20;
  private static final int LARGEST = 4_000;

  private final long seed = Long.getLong("syncline.seed", System.nanoTime());
  private final Random random = new Random(seed);

  /**
   * Writes numbered transactions, each of which adds to a sum, and appends its number to a list.
   */
  private final class Driver {

    private final RedisSink sink;
    private final AtomicInteger commits = new AtomicInteger();
    private JobRun run = new JobRun("job", "id", 1);
    private boolean begun;
    private int failures;

    Driver(String host, int port) {
      this.sink =
          RedisSink.builder().host(host).port(port).answerTimeout(Duration.ofSeconds(10)).build();
    }

    /** Writes until so many transactions are committed; begins anew after each failure. */
    void write(int transactions, Runnable before) throws InterruptedException {
      int done = 0;
      while (done < transactions) {
        try {
          done = go(transactions, before);
        } catch (TransientException e) {
          failures++;
          assertThat(failures).as("seed %d: %s", seed, e).isLessThan(100_000);
        }
      }
    }

    private int go(int transactions, Runnable before) throws InterruptedException {
      var progress = sink.takeOver(run, begun ? Map.of() : FIRST);
      begun = true;
      run = run.withEpoch(progress.epoch());
      String position = Objects.requireNonNull(progress.lanes().get(0).get(STREAM));
      int done = position.equals("begin") ? 0 : Integer.parseInt(position);
      try (LaneWriter<KeyChange> lane = sink.openLane(run, 0)) {
        while (done < transactions) {
          before.run();
          writeNext(lane, done + 1);
          if (random.nextInt(50) == 0) {
            leaveBehind(lane);
            return done;
          }
          lane.commit(Map.of(STREAM, Integer.toString(done + 1)));
          done++;
          commits.incrementAndGet();
        }
      }
      return done;
    }

    private void writeNext(LaneWriter<KeyChange> lane, int number) throws InterruptedException {
      String padding = "x".repeat(random.nextInt(LARGEST));
      List<KeyChange> changes = new ArrayList<>();
      for (int i = 0; i < COMMANDS; i++) {
        changes.add(command(i % 3, "INCR", "sum"));
        changes.add(command(i % 3, "SET", "padding", padding));
        if (random.nextInt(5) == 0) {
          lane.write(changes);
          changes.clear();
        }
      }
      changes.add(command(5, "RPUSH", "numbers", Integer.toString(number)));
      lane.write(changes);
    }

    /** Another run takes over under a transaction, which comes back when it is too late. */
    private void leaveBehind(LaneWriter<KeyChange> lane) {
      run = run.withEpoch(sink.takeOver(run, Map.of()).epoch());
      assertThatThrownBy(() -> lane.commit(Map.of(STREAM, "999999999")))
          .isInstanceOf(SyncException.class);
    }
  }

  private void assertExact(RedisServer server, int transactions) {
    try (RespClient client = server.connect()) {
      long sum = 0;
      for (int database = 0; database < 3; database++) {
        client.select(database);
        sum += Long.parseLong(Objects.requireNonNull(client.text("GET", "sum")));
      }
      client.select(5);
      List<String> numbers =
          IntStream.rangeClosed(1, transactions).mapToObj(Integer::toString).toList();
      assertThat(sum).as("seed %d", seed).isEqualTo((long) COMMANDS * transactions);
      assertThat(client.texts("LRANGE", "numbers", 0, -1)).as("seed %d", seed).isEqualTo(numbers);
    }
  }

  /** The half of a transaction that a server may keep is cut off; see below what it leads to. */
  @ParameterizedTest
  @EnumSource(names = "REDIS_7_0")
  void staysExactWhileTheTargetIsKilled(RedisRelease release) throws Exception {
    int transactions = KILLS * 10;
    try (RedisServer server = RedisServer.builder(release).appendOnly().start()) {
      Driver driver = new Driver(server.host(), server.port());
      AtomicBoolean done = new AtomicBoolean();
      FutureTask<Integer> kills = new FutureTask<>(() -> kill(server, driver.commits, done));
      Thread killer = new Thread(kills, "killer");
      killer.start();
      try {
        driver.write(transactions, () -> {});
      } finally {
        done.set(true);
        killer.join();
      }

      assertExact(server, transactions);
      assertThat(kills.get()).isGreaterThanOrEqualTo(KILLS / 3);
      assertThat(driver.failures).isGreaterThanOrEqualTo(KILLS / 3);
    }
  }

  /** Kills a server behind each 20 transactions; returns how often. */
  private static int kill(RedisServer server, AtomicInteger commits, AtomicBoolean done)
      throws IOException {
    int kills = 0;
    while (!done.get()) {
      if (commits.get() >= kills * 20 + 10) {
        LockSupport.parkNanos((kills * 7919L % 1000) * 1000);
        server.kill();
        AppendOnlyFile.mend(server.folder());
        server.restart();
        kills++;
      } else {
        LockSupport.parkNanos(100_000);
      }
    }
    return kills;
  }

  @ParameterizedTest
  @EnumSource(names = {"REDIS_7_0", "REDIS_2_8"})
  void staysExactWhileConnectionsAreCut(RedisRelease release) throws InterruptedException {
    int transactions = KILLS * 10;
    try (RedisServer server = RedisServer.start(release);
        TcpProxy proxy = TcpProxy.before(server.host(), server.port())) {
      Driver driver = new Driver(proxy.host(), proxy.port());
      AtomicInteger cuts = new AtomicInteger();
      driver.write(
          transactions,
          () -> {
            if (!proxy.isCutDue() && random.nextInt(5) == 0) {
              Direction direction =
                  random.nextBoolean() ? Direction.TO_SERVER : Direction.TO_CLIENT;
              int most = direction == Direction.TO_SERVER ? 5 * COMMANDS * LARGEST / 2 : 3000;
              proxy.cutAfter(direction, 1 + random.nextInt(most));
              cuts.incrementAndGet();
            }
          });

      assertExact(server, transactions);
      assertThat(driver.failures).isGreaterThanOrEqualTo(cuts.get() / 2);
      assertThat(cuts.get()).isGreaterThan(KILLS / 2);
    }
  }

  @ParameterizedTest
  @EachRedis
  void neverGoesOnBehindHalfATransaction(RedisRelease release) throws Exception {
    try (RedisServer server = RedisServer.builder(release).appendOnly().start()) {
      SinkTarget target = SinkTarget.of(server);
      JobRun run = target.start("job");
      try (LaneWriter<KeyChange> lane = target.sink().openLane(run, 0)) {
        SinkTarget.write(lane, "one", command(0, "INCR", "n"), command(0, "INCR", "n"));
        SinkTarget.write(lane, "two", command(0, "INCR", "n"), command(0, "INCR", "n"));
      }
      server.kill();
      cutBehind(server.folder(), "INCR");
      server.restart();

      if (release.isFrom(5, 0)) {
        assertThat(target.ask(0, "GET", "n")).isEqualTo("2");
        run = target.again(run);
        try (LaneWriter<KeyChange> lane = target.sink().openLane(run, 0)) {
          SinkTarget.write(lane, "two", command(0, "INCR", "n"));
        }
        server.kill();
        server.restart();
      }

      JobRun last = run;
      if (release == RedisRelease.VALKEY_9) {
        // It cuts the half off.
        assertThat(target.ask(0, "GET", "n")).isEqualTo("3");
        assertThat(target.again(last).epoch()).isGreaterThan(last.epoch());
        return;
      }
      // From 5.0 on the half comes back in front of the transaction behind it.
      assertThat(target.ask(0, "GET", "n")).isEqualTo(release.isFrom(5, 0) ? "4" : "3");
      assertThatThrownBy(() -> target.again(last))
          .isInstanceOf(ProgressLostException.class)
          .hasMessageContaining("half of a transaction")
          .hasMessageContaining("or KEEP if the target has keys of its own");
    }
  }

  /** Cuts the append-only file within the last command of a name. */
  private static void cutBehind(Path folder, String command) throws IOException {
    Path file;
    try (Stream<Path> files = Files.walk(folder)) {
      file =
          files
              .filter(path -> path.toString().endsWith(".aof") && !path.toString().contains("base"))
              .findFirst()
              .orElseThrow();
    }
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    int last = content.lastIndexOf("\r\n" + command);
    Files.writeString(file, content.substring(0, last + 4), StandardCharsets.ISO_8859_1);
  }
}
