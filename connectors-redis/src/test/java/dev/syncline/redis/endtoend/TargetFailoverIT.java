package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.ProgressLostException;
import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisSentinels;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * A target whose master is named by sentinels, and changes under load: what the new master lacks
 * comes once more, and what it has does not.
 */
class TargetFailoverIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String SECRET = "geheim";

  @ParameterizedTest
  @EachRedis
  void countsAreExactWhenTheMasterIsKilled(RedisRelease release) throws Exception {
    try (Ends ends = new Ends(release, "32mb");
        Counters counters = new Counters(ends.source());
        SyncJob<KeyChange> job = ends.job()) {
      synchronize(job);
      ends.awaitWholeCopy();

      ends.master().kill();

      finish(ends, counters, job);
      assertThat(ends.copies()).isEqualTo(1);
    }
  }

  /** The old master goes on for some time, and the job with it: what it took then is lost. */
  @ParameterizedTest
  @EachRedis
  void countsAreExactWhenAnotherMasterIsWanted(RedisRelease release) throws Exception {
    try (Ends ends = new Ends(release, "32mb");
        Counters counters = new Counters(ends.source());
        SyncJob<KeyChange> job = ends.job()) {
      synchronize(job);
      ends.awaitWholeCopy();

      ends.sentinels().failOver();
      // As the sentinels would, some 8 seconds later.
      ends.master().follow(ends.replica());

      finish(ends, counters, job);
      assertThat(ends.copies()).isEqualTo(1);
    }
  }

  /** The replica has an older record with its older data, so the job goes on behind that. */
  @ParameterizedTest
  @EachRedis
  void goesOnFromWhatAReplicaThatLaggedHas(RedisRelease release) throws Exception {
    try (Ends ends = new Ends(release, "32mb");
        Counters counters = new Counters(ends.source());
        SyncJob<KeyChange> job = ends.job()) {
      synchronize(job);
      ends.letReplicaLag();
      String lost = ends.positionAt(ends.master());

      ends.master().kill();

      ends.sentinels().awaitMaster(ends.replica());
      assertThat(lost).isNotEqualTo(ends.laggingAt());
      finish(ends, counters, job);
      assertThat(ends.copies()).isEqualTo(1);
    }
  }

  /** The source does not have any more what the replica lacks. */
  @ParameterizedTest
  @EachRedis
  void copiesAnewWhatTheSourceHasForgotten(RedisRelease release) throws Exception {
    try (Ends ends = new Ends(release, "16kb");
        Counters counters = new Counters(ends.source());
        SyncJob<KeyChange> job = ends.job()) {
      synchronize(job);
      ends.letReplicaLag();
      ends.source().command("SET", "long", "x".repeat(100_000));
      ends.source().command("SET", "deleted", "x");
      ends.source().command("DEL", "deleted");

      ends.master().kill();

      finish(ends, counters, job);
      assertThat(ends.copies()).isGreaterThan(1);
    }
  }

  /** The replica has lagged since before the run that is lost began. */
  @ParameterizedTest
  @EachRedis
  void goesOnWhereTheRecordIsOlderThanTheRun(RedisRelease release) throws Exception {
    try (Ends ends = new Ends(release, "32mb");
        Counters counters = new Counters(ends.source());
        SyncJob<KeyChange> job = ends.job()) {
      synchronize(job);
      ends.letReplicaLag();
      String before = ends.epochAt(ends.master());
      ends.master().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
      Await.until("another run", PATIENCE, () -> !ends.epochAt(ends.master()).equals(before));
      String position = ends.positionAt(ends.master());
      Await.until("it goes on", PATIENCE, () -> !ends.positionAt(ends.master()).equals(position));

      ends.sentinels().failOver();
      ends.master().command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");

      finish(ends, counters, job);
    }
  }

  /** The replica has nothing of the job's copy, and so nothing that says how much that is. */
  @ParameterizedTest
  @EachRedis
  void stopsWhereAReplicaHasNoRecord(RedisRelease release) throws Exception {
    try (Ends ends = new Ends(release, "32mb");
        Counters counters = new Counters(ends.source());
        SyncJob<KeyChange> job = ends.job()) {
      synchronize(job);
      ends.cutReplicaOff();
      // Not cut off from the start, since sentinels do not promote what is so for 10 seconds.
      ends.replica().command("CONFIG", "SET", "slave-read-only", "no");
      ends.replica().command("FLUSHALL");

      ends.master().kill();

      Await.until("the job stops", PATIENCE, () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(ProgressLostException.class)
          .hasMessageContaining("are gone");
      counters.stop();
      assertThat(ends.replica().text("DBSIZE")).isEqualTo("0");
    }
  }

  private static void synchronize(SyncJob<KeyChange> job) throws InterruptedException {
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
  }

  private static void finish(Ends ends, Counters counters, SyncJob<KeyChange> job)
      throws Exception {
    ends.sentinels().awaitMaster(ends.replica());
    counters.stop();
    assertThat(job.status().failure()).isEmpty();
    RedisPair pair = new RedisPair(ends.source(), ends.replica());
    assertThat(pair.awaitEqual(PATIENCE)).as("%s: %s", pair, job.status()).isEmpty();
    assertThat(counters.totalsAt(ends.replica())).isEqualTo(counters.totals());
    assertThat(job.status().failure()).isEmpty();
  }

  /** A source, and a target of a master with a replica that sentinels watch. */
  private static final class Ends implements AutoCloseable {

    private static final Pattern POSITION = Pattern.compile("^1:\\w+:(\\d+):");
    private static final Pattern SINCE = Pattern.compile("\\nsince\\tredis\\t1:\\w+:(\\d+):");

    private final RedisServer source;
    private final RedisServer master;
    private final RedisServer replica;
    private final RedisSentinels sentinels;
    private final MemoryCheckpointStore store = new MemoryCheckpointStore();
    private String lagging = "";

    Ends(RedisRelease release, String backlog) {
      source = RedisPair.source(release).option("repl-backlog-size", backlog).start();
      master = RedisServer.builder(release).password(SECRET).start();
      replica = RedisServer.builder(release).password(SECRET).replicaOf(master).start();
      // Before that, sentinels would not wait until they know it.
      replica.awaitCaughtUp(master);
      sentinels = RedisSentinels.start("copy", master);
    }

    RedisServer source() {
      return source;
    }

    RedisServer master() {
      return master;
    }

    RedisServer replica() {
      return replica;
    }

    RedisSentinels sentinels() {
      return sentinels;
    }

    /** How often the source was copied. */
    int copies() {
      return Integer.parseInt(source.info("stats").getOrDefault("sync_full", ""));
    }

    /** Where the replica stood when it began to lag. */
    String laggingAt() {
      return lagging;
    }

    /**
     * Waits until the replica has something behind where the checkpoint says that the copy is
     * whole: a target that lacks a part of that stops the job.
     */
    void awaitWholeCopy() throws Exception {
      Await.until(
          "the replica has more than the copy",
          PATIENCE,
          () -> {
            Matcher whole = SINCE.matcher(store.load("failover").orElseThrow().content());
            Matcher now = POSITION.matcher(positionAt(replica));
            return whole.find()
                && now.find()
                && Long.parseLong(whole.group(1)) < Long.parseLong(now.group(1));
          });
    }

    /** Lets the replica lose its master for good, and the job go on for a second. */
    void letReplicaLag() throws Exception {
      awaitWholeCopy();
      cutReplicaOff();
      lagging = positionAt(replica);
      Await.pause(1_000);
    }

    void cutReplicaOff() throws Exception {
      replica.command("CONFIG", "SET", "masterauth", "wrong");
      master.command("CLIENT", "KILL", "TYPE", "slave");
      Await.until(
          "the replica is cut off",
          PATIENCE,
          () -> "down".equals(replica.info("replication").get("master_link_status")));
    }

    String positionAt(RedisServer server) {
      return recordAt(server, "position:redis");
    }

    String epochAt(RedisServer server) {
      return recordAt(server, "epoch");
    }

    private static String recordAt(RedisServer server, String field) {
      try (RespClient client = server.connect()) {
        client.command("SELECT", 15);
        return String.valueOf(client.text("HGET", "syncline:failover", field));
      }
    }

    SyncJob<KeyChange> job() {
      String[] addresses =
          sentinels.ports().stream()
              .map(port -> sentinels.host() + ":" + port)
              .toArray(String[]::new);
      return SyncJob.from(
              RedisSource.builder()
                  .host(source.host())
                  .port(source.port())
                  .connectTimeout(Duration.ofSeconds(3))
                  .build())
          .to(
              RedisSink.builder()
                  .sentinels("copy", addresses)
                  .password(SECRET)
                  .connectTimeout(Duration.ofSeconds(3))
                  .answerTimeout(Duration.ofSeconds(3))
                  .build())
          .named("failover")
          .select(KeySelection.all())
          .initialize(Initialization.DATA)
          .checkpoints(store)
          .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
          .retry(
              RetryPolicy.builder()
                  .firstWait(Duration.ofMillis(50))
                  .longestWait(Duration.ofSeconds(1))
                  .build())
          .build();
    }

    @Override
    public void close() {
      sentinels.close();
      replica.close();
      master.close();
      source.close();
    }
  }
}
