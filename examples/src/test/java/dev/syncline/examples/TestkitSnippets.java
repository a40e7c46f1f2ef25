package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TransientException;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.fault.ChildJob;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.Hold;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisClusterClient;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** The code that docs/testkit.md shows, which need not run but must compile. */
final class TestkitSnippets {

  private TestkitSnippets() {}

  static void servers() throws Exception {
    // [snippet]
    // One server of a release for all tests of the JVM: quick, never stopped. Make databases of
    // your own.
    MySqlServer source = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    String shop = source.createDatabase("shop");
    source.execute("CREATE TABLE " + shop + ".users (id INT PRIMARY KEY, name VARCHAR(50))");

    // A server of your own, with other options, to be killed and restarted.
    try (MySqlServer target =
        MySqlServer.builder(MySqlRelease.MYSQL_5_7)
            .name("target")
            .option("binlog_row_image", "MINIMAL")
            .withoutGtids()
            .start()) {
      target.kill();
      target.restart();
      try (Connection connection = target.connect()) {
        assertThat(connection.isValid(5)).isTrue();
      }
    }
    // [snippet]
  }

  // [snippet]
  @ParameterizedTest
  @EachRelease
  void copiesTheShop(MySqlRelease release) throws Exception {
    String shop = MySqlServer.shared(release).createDatabase("shop");
    assertThat(shop).startsWith("shop");
  }

  // [snippet]

  static void redis() {
    // [snippet]
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer target =
            RedisServer.builder(RedisRelease.REDIS_4_0).appendOnly().password("secret").start();
        RespClient client = target.connect()) {
      source.command("SET", "greeting", "hello");
      client.pipeline(List.of(List.of("SET", "greeting", "hello"), List.of("SET", "extra", 1)));
      target.restart();

      // One line: 'extra' in database 0 is in redis-2 … only, a string
      assertThat(RedisState.of(source).differences(RedisState.of(target), Duration.ofSeconds(1)))
          .hasSize(1);
    }

    try (RedisCluster cluster = RedisCluster.builder(RedisRelease.REDIS_7_0).replicas(1).start();
        RedisClusterClient client = cluster.connect()) {
      client.command("SET", "greeting", "hello");
      cluster.moveSlots(0, 99, cluster.masters().get(2));
      cluster.failOver(cluster.replicasOf(cluster.masters().get(0)).get(0));
    }
    // [snippet]
  }

  static void network(MySqlServer target) {
    // [snippet]
    try (TcpProxy proxy = TcpProxy.before(target)) {
      // The job connects to proxy.host() and proxy.port().
      proxy.delay(Direction.TO_SERVER, Duration.ofMillis(50));
      proxy.cutAfter(Direction.TO_CLIENT, 10_000);
      proxy.restore();
    }
    // [snippet]
  }

  static List<AutoCloseable> points(MySqlSource source, MySqlSink sink, CheckpointStore store) {
    // [snippet]
    FaultPoints points = new FaultPoints();
    SyncJob<TableChange> job =
        SyncJob.from(points.in(source))
            .to(points.in(sink))
            .named("shop-copy")
            .checkpoints(points.in(store))
            .build();

    // In a process of its own: it dies at the third commit, before it learns of it.
    points.arm(FaultPoint.AFTER_LANE_COMMIT, 3, () -> Runtime.getRuntime().halt(1));
    // The connection breaks.
    points.arm(
        FaultPoint.BEFORE_LANE_WRITE,
        1,
        () -> {
          throw new TransientException("cut");
        });
    // The process pauses, and comes back when another instance has taken over.
    Hold pause = points.hold(FaultPoint.BEFORE_LANE_COMMIT);
    // [snippet]
    return List.of(job, pause::release);
  }

  static void child(MySqlSource source, MySqlSink sink, CheckpointStore store, String[] arguments)
      throws InterruptedException {
    // [snippet]
    // In the main of a class of yours:
    FaultPoints points = new FaultPoints();
    ChildJob.run(
        SyncJob.from(points.in(source))
            .to(points.in(sink))
            .named("shop-copy")
            .checkpoints(points.in(store))
            .listener(ChildJob.arming(points, List.of(arguments)))
            .build());
    // [snippet]
  }

  static void process(Class<?> shopMain) throws Exception {
    // [snippet]
    String dying = ChildJob.dyingSynchronized(FaultPoint.AFTER_LANE_COMMIT, 2);
    try (ChildProcess job = ChildProcess.of(shopMain).heap("64m").start(dying)) {
      job.awaitSynchronizing();
      job.awaitDeath(Duration.ofMinutes(1));
    }
    // [snippet]
  }
}
