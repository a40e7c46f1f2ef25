package dev.syncline.mysql.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.MySqlTls;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.testkit.server.TcpProxy;
import java.time.Duration;
import java.util.Set;

/** Jobs from MySQL to MySQL, with proxies and fault points. They notice silence in seconds. */
final class ProxiedJobs {

  private static final Duration SILENCE = Duration.ofSeconds(3);
  private static final int MOST_STARTS = 50;
  private static final int BETWEEN_STARTS_MILLIS = 200;

  /** A check meets statements of the instance before, or a server that is silent for long. */
  private static final Set<String> PASSING = Set.of("CHECK_FAILED", "CONNECTION_FAILED");

  private ProxiedJobs() {}

  /** How the job writes, and how long it waits for the sink to answer. */
  private record Writing(Consistency consistency, int lanes, Duration answer) {}

  /** What the job is called, and what it takes. */
  private record Work(String name, TableSelection selection) {

    static Work on(String database) {
      return new Work(database, TableSelection.builder().database(database).build());
    }
  }

  static ProxiedJob of(ServerPair pair, String database, CheckpointStore store) {
    return of(pair, database, store, 1);
  }

  /** A job with several lanes, or with one that commits whole transactions. */
  static ProxiedJob of(ServerPair pair, String database, CheckpointStore store, int lanes) {
    return of(
        pair, database, store, lanes == 1 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY, lanes);
  }

  /** A job that waits longer for the sink to answer. */
  static ProxiedJob of(ServerPair pair, String database, CheckpointStore store, Duration answer) {
    return of(pair, Work.on(database), store, new Writing(Consistency.TRANSACTIONAL, 1, answer));
  }

  /** A job of any consistency. */
  static ProxiedJob of(
      ServerPair pair, String database, CheckpointStore store, Consistency consistency, int lanes) {
    return of(pair, Work.on(database), store, new Writing(consistency, lanes, SILENCE));
  }

  /** A job on a part of a database. */
  static ProxiedJob of(
      ServerPair pair, String name, TableSelection selection, CheckpointStore store) {
    return of(
        pair, new Work(name, selection), store, new Writing(Consistency.TRANSACTIONAL, 1, SILENCE));
  }

  private static ProxiedJob of(ServerPair pair, Work work, CheckpointStore store, Writing writing) {
    FaultPoints points = new FaultPoints();
    TcpProxy source = TcpProxy.before(pair.source());
    TcpProxy sink = TcpProxy.before(pair.target());
    return new ProxiedJob(
        source,
        sink,
        points,
        SyncJob.from(points.in(source(pair.source(), source)))
            .to(points.in(sink(pair.target(), sink, writing.answer())))
            .named(work.name())
            .acknowledge("FOREIGN_KEY_ORDER")
            .select(work.selection())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(points.in(store))
            .consistency(writing.consistency())
            .limits(
                JobLimits.builder()
                    .lanes(writing.lanes())
                    .batchRows(200)
                    .queueBytes(1 << 20)
                    .checkpointInterval(Duration.ofMillis(200))
                    .build()));
  }

  /** Starts a job, again and again while its check fails for what passes. */
  static void start(ProxiedJob job) throws InterruptedException {
    start(job, Set.of());
  }

  /**
   * The same.
   *
   * @param more codes of findings that pass as well
   */
  static void start(ProxiedJob job, Set<String> more) throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        job.job().start();
        return;
      } catch (PrecheckFailedException e) {
        boolean passes =
            e.report().stops().stream()
                .map(Finding::code)
                .allMatch(code -> PASSING.contains(code) || more.contains(code));
        if (attempt == MOST_STARTS || !passes) {
          throw e;
        }
        Await.pause(BETWEEN_STARTS_MILLIS);
      }
    }
  }

  private static MySqlSource source(MySqlServer server, TcpProxy proxy) {
    return MySqlSource.builder()
        .host(proxy.host())
        .port(proxy.port())
        .username(server.username())
        .password(server.password())
        .tls(MySqlTls.disabled())
        .connectTimeout(SILENCE)
        .socketTimeout(SILENCE)
        .heartbeat(SILENCE.dividedBy(3))
        .bufferBytes(64 << 10)
        .build();
  }

  private static MySqlSink sink(MySqlServer server, TcpProxy proxy, Duration answer) {
    return MySqlSink.builder()
        .host(proxy.host())
        .port(proxy.port())
        .username(server.username())
        .password(server.password())
        .tls(MySqlTls.disabled())
        .connectTimeout(SILENCE)
        .socketTimeout(answer)
        .build();
  }
}
