package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSource.OnlineDdl;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;

/** The tables of tools for online changes are copied like others, if they are selected. */
class CopiedShadowsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      TableSelection selection = TableSelection.builder().database("shop").build();
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      try (SyncJob<TableChange> job = job(pair, selection, OnlineDdl.COPY_SHADOW, store)) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
        // REPLAY_ALTER stops at these.
        run(pair, OnlineScripts.ghost("add s timestamp(6) not null default current_timestamp(6)"));
        List<String> begun = OnlineScripts.ghost("add x int").subList(0, 9);
        run(pair, begun);
        run(pair, OnlineScripts.undo(begun));
        run(pair, OnlineScripts.twoSteps("add unique key (a)"));
        run(pair, OnlineScripts.percona(pair.source(), "add c int not null default 2, drop key a"));
        run(pair, OnlineScripts.dms(7, "add d int, drop column c"));
        run(pair, List.of("INSERT INTO shop.t (id, a) VALUES (99, 'last')"));
        assertEqual(pair, job);
      }
    }
  }

  /** A change that has begun in one way ends in it. */
  @ParameterizedTest
  @EachRelease
  void goesOnInAnotherWay(MySqlRelease release) throws Exception {
    TableSelection selection = TableSelection.builder().database("shop").build();
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      OnlineDdl way = OnlineDdl.REPLAY_ALTER;
      for (String column : List.of("b", "c", "d")) {
        List<String> statements = OnlineScripts.ghost("add " + column + " int default 5");
        try (SyncJob<TableChange> job = job(pair, selection, way, store)) {
          job.start();
          assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
          run(pair, statements.subList(0, 9));
          run(pair, List.of("CREATE TABLE shop.mark_" + column + " (id INT PRIMARY KEY)"));
          awaitTable(pair, job, "mark_" + column);
        }
        way = way == OnlineDdl.REPLAY_ALTER ? OnlineDdl.COPY_SHADOW : OnlineDdl.REPLAY_ALTER;
        try (SyncJob<TableChange> job = job(pair, selection, way, store)) {
          job.start();
          run(pair, statements.subList(9, statements.size() - 1));
          run(pair, List.of("INSERT INTO shop.t (id, a) VALUES (99, 'last')"));
          run(pair, List.of("DROP TABLE shop._t_del", "CREATE TABLE shop._t_del (id INT)"));
          run(pair, List.of("INSERT INTO shop._t_del VALUES (1)", "DROP TABLE shop._t_del"));
          assertEqual(pair, job);
        }
        pair.source().execute("DELETE FROM shop.t WHERE id = 99");
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void mustSelectWholeDatabasesAndMergeNothing(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      assertThat(refused(pair, TableSelection.builder().database("shop", db -> db.table("t"))))
          .contains("SHADOWS_NOT_SELECTED on 'shop'", "OnlineDdl.COPY_SHADOW");
      assertThat(
              refused(
                  pair,
                  TableSelection.builder().database("shop", db -> db.tables("*").except("_t_*"))))
          .contains("SHADOWS_NOT_SELECTED on 'shop'");
      assertThat(
              refused(
                  pair,
                  TableSelection.builder()
                      .database("shop", db -> db.tables("*", t -> t.as("all").merged("origin")))))
          .contains("SHADOWS_MERGED")
          .doesNotContain("SHADOWS_NOT_SELECTED");
    }
  }

  private static String refused(ServerPair pair, TableSelection.Builder selection) {
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (SyncJob<TableChange> job = job(pair, selection.build(), OnlineDdl.COPY_SHADOW, store)) {
      PrecheckFailedException refusal =
          catchThrowableOfType(PrecheckFailedException.class, job::start);
      assertThat(refusal).isNotNull();
      return String.valueOf(refusal.getMessage());
    }
  }

  private static void begin(ServerPair pair) throws SQLException {
    pair.source()
        .execute(
            "CREATE DATABASE shop",
            "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(40))",
            "INSERT INTO shop.t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
  }

  private static void run(ServerPair pair, List<String> statements) throws SQLException {
    OnlineScripts.run(pair.source(), statements);
  }

  private static void awaitTable(ServerPair pair, SyncJob<TableChange> job, String table)
      throws Exception {
    Await.until(
        "The target has table " + table,
        PATIENCE,
        () -> job.status().failure().isPresent() || shown(pair).containsKey(table));
    assertThat(job.status().failure()).isEmpty();
  }

  private static Map<String, String> shown(ServerPair pair) {
    try {
      return Shown.tables(pair.target(), "shop");
    } catch (SQLException e) {
      // A table was renamed or dropped while it was looked at.
      return Map.of();
    }
  }

  private static void assertEqual(ServerPair pair, SyncJob<TableChange> job) throws Exception {
    Map<String, String> tables = Shown.tables(pair.source(), "shop");
    Await.until(
        "The tables are equal",
        PATIENCE,
        () -> job.status().failure().isPresent() || shown(pair).equals(tables));
    assertThat(job.status().failure()).isEmpty();
    assertThat(Checksums.awaitEqual(pair, "shop", PATIENCE))
        .isEqualTo(Checksums.of(pair.source(), "shop"));
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, TableSelection selection, OnlineDdl way, MemoryCheckpointStore store) {
    return SyncJob.from(pair.sourceBuilder().onlineDdl(way).build())
        .to(pair.sinkBuilder().build())
        .named("shadows")
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(store)
        .build();
  }
}
