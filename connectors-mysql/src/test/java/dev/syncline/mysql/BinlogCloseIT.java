package dev.syncline.mysql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TransientException;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BinlogCloseIT {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new BinlogBench(BinlogFlavor.MYSQL_8_0.server());
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  @Test
  void endsAPollOfAnotherThread() throws Exception {
    MySqlSourceReader reader = bench.open(bench.here());
    CompletableFuture<Void> poll =
        CompletableFuture.runAsync(
            () -> {
              try {
                while (true) {
                  reader.poll(Duration.ofHours(1));
                }
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });

    closeInTime(reader);

    assertThatThrownBy(() -> poll.get(BOUND.toMillis(), TimeUnit.MILLISECONDS))
        .hasCauseInstanceOf(TransientException.class)
        .hasMessageContaining("closed");
    reader.close();
    assertThat(threads()).isZero();
  }

  @Test
  void endsAReceiverThatWaitsForRoom() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run("INSERT INTO t VALUES (0, REPEAT('x', 2000000))");
    for (int i = 1; i < 10; i++) {
      bench.run("INSERT INTO t SELECT " + i + ", name FROM t WHERE id = 0");
    }
    MySqlSourceReader reader = bench.open(begin);
    awaitReceiver(Thread.State.WAITING);

    closeInTime(reader);

    assertThat(threads()).isZero();
  }

  @Test
  void endsAConnectionThatIsStalledInTheMiddleOfAnEvent() throws Exception {
    try (TcpProxy proxy = TcpProxy.before(bench.server())) {
      MySqlEndpoint.Builder through = BinlogBench.endpointOf(bench.server(), proxy.port());
      through.tls(MySqlTls.required());
      BinlogSettings like = bench.settings();
      BinlogSettings settings =
          new BinlogSettings(
              through.buildWithLogin(),
              like.serverId(),
              Duration.ofMinutes(1),
              BinlogSettings.DEFAULT_QUEUE_BYTES,
              like.threads());
      MySqlPosition begin = bench.here();
      MySqlSourceReader reader = bench.open(begin, settings, bench.all(), scope -> scope);
      AtomicInteger pieces = new AtomicInteger();
      proxy.tap(
          (link, direction, piece) ->
              direction == Direction.TO_SERVER
                  ? piece
                  : Arrays.copyOf(piece, pieces.incrementAndGet() == 1 ? piece.length / 2 : 0));
      bench.run("INSERT INTO t VALUES (0, REPEAT('x', 10000000))");
      reader.poll(Duration.ofMillis(200));

      closeInTime(reader);

      assertThat(threads()).isZero();
    }
  }

  @Test
  void endsALookForAnXaTransactionThatIsStalled() throws Exception {
    try (BinlogBench other = new BinlogBench(MySqlServer.shared(MySqlRelease.MYSQL_5_7));
        TcpProxy proxy = TcpProxy.before(other.server())) {
      other.run("CREATE TABLE t (id INT PRIMARY KEY)");
      String xid = "'" + other.app() + "'";
      other.run("XA START " + xid, "INSERT INTO t VALUES (1)", "XA END " + xid);
      other.run("XA PREPARE " + xid);
      MySqlPosition behind = other.here();
      MySqlSourceReader reader =
          other.open(behind, through(proxy, other), other.all(), scope -> scope);
      CountDownLatch asked = new CountDownLatch(1);
      proxy.tap((link, direction, piece) -> swallow("SHOW BINARY LOGS", piece, asked));
      other.run("XA COMMIT " + xid);
      CompletableFuture<?> poll =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return reader.poll(Duration.ofHours(1));
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      assertThat(asked.await(BOUND.toMillis(), TimeUnit.MILLISECONDS)).isTrue();

      closeInTime(reader);

      assertThatThrownBy(() -> poll.get(BOUND.toMillis(), TimeUnit.MILLISECONDS))
          .hasCauseInstanceOf(TransientException.class);
    }
  }

  private static BinlogSettings through(TcpProxy proxy, BinlogBench bench) {
    MySqlEndpoint.Builder endpoint = BinlogBench.endpointOf(bench.server(), proxy.port());
    endpoint.tls(MySqlTls.disabled());
    BinlogSettings like = bench.settings();
    return new BinlogSettings(
        endpoint.buildWithLogin(),
        like.serverId(),
        Duration.ofMinutes(1),
        BinlogSettings.DEFAULT_QUEUE_BYTES,
        like.threads());
  }

  private static byte[] swallow(String statement, byte[] piece, CountDownLatch swallowed) {
    if (!new String(piece, ISO_8859_1).contains(statement)) {
      return piece;
    }
    swallowed.countDown();
    return new byte[0];
  }

  private static void closeInTime(MySqlSourceReader reader) throws Exception {
    CompletableFuture.runAsync(reader::close).get(BOUND.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void awaitReceiver(Thread.State state) {
    long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
    while (Thread.getAllStackTraces().keySet().stream()
        .noneMatch(t -> isOurs(t) && t.getState() == state)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private long threads() {
    return Thread.getAllStackTraces().keySet().stream().filter(this::isOurs).count();
  }

  /** The client library gives names of its own to threads that it starts. */
  private boolean isOurs(Thread thread) {
    return thread.getName().equals("binlog-" + bench.app()) || thread.getName().startsWith("blc-");
  }
}
