package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.event.JobListener;
import dev.syncline.mysql.MySqlSource.OnlineDdl;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;

/** The statements of tools that change tables online come to one ALTER TABLE at the target. */
class OnlineChangesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      for (boolean whole : List.of(true, false)) {
        begin(pair);
        Queue<String> done = new ConcurrentLinkedQueue<>();
        try (SyncJob<TableChange> job =
            job(
                pair,
                selection(whole),
                OnlineDdl.REPLAY_ALTER,
                new MemoryCheckpointStore(),
                event -> note(event, done))) {
          started(job);
          run(pair, OnlineScripts.ghost("add column b int not null default 7, add key (a)"));
          List<String> second =
              OnlineScripts.twoSteps("modify a varchar(80) character set utf8mb4, add c date");
          giveUp(pair, OnlineScripts.ghost("add x int, add key (x)"), 13);
          run(pair, second);
          giveUp(pair, OnlineScripts.percona(pair.source(), "add y int, drop column c"), 7);
          run(pair, OnlineScripts.percona(pair.source(), "drop column b, add d int default 1"));
          // What a tool has left behind stays.
          run(pair, OnlineScripts.percona(pair.source(), "add z int").subList(0, 2));
          run(pair, OnlineScripts.perconaAgain(pair.source(), "add e bit(3) default b'1'"));
          pair.source().execute("DROP TABLE shop._t_new");
          giveUp(pair, OnlineScripts.dms(1, "add v int, modify a varchar(2)"), 4);
          run(pair, OnlineScripts.dms(2, "add f decimal(5,2) default 1.5"));
          run(pair, OnlineScripts.dms(3, "drop column c, add key (d, f)"));
          pair.source().execute("INSERT INTO shop.t (id, a) VALUES (99, 'last')");
          assertEqual(pair, job);
          assertThat(done)
              .isNotEmpty()
              .allMatch(sql -> sql.matches("(?is)alter .*table `shop`.`t` .*"));
        }
      }
    }
  }

  /** Notes a statement of the target, and tables that come and go. */
  private static void note(JobEvent event, Queue<String> done) {
    if (event instanceof JobEvent.SchemaChanged changed) {
      done.add(changed.statement());
    } else if (event instanceof JobEvent.TableJoined || event instanceof JobEvent.TableLeft) {
      done.add(event.toString());
    }
  }

  @ParameterizedTest
  @EachRelease
  void goesOnWhereverItIsStopped(MySqlRelease release) throws Exception {
    TableSelection selection =
        TableSelection.builder().database("shop", db -> db.table("t").table("mark")).build();
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      pair.source().execute("CREATE TABLE shop.mark (id INT PRIMARY KEY)");
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      SyncJob<TableChange> job = started(job(pair, selection, OnlineDdl.REPLAY_ALTER, store));
      try {
        int count = 0;
        for (String sql : OnlineScripts.twoSteps("add column b int not null default 7")) {
          pair.source().execute("USE shop", sql);
          int mark = count++;
          if (mark > 2) {
            // What comes before it is read by this instance, and not again by the next one.
            pair.source().execute("INSERT INTO shop.mark VALUES (" + mark + ")");
            awaitRow(pair, job, "shop.mark", mark);
            job.close();
            job = started(job(pair, selection, OnlineDdl.REPLAY_ALTER, store));
          }
        }
        pair.source().execute("INSERT INTO shop.t (id, a) VALUES (99, 'last')");
        assertEqual(pair, job);
      } finally {
        job.close();
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void stopsWhereTheRowsMayDiffer(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      assertStops(
          pair,
          OnlineDdl.REPLAY_ALTER,
          OnlineScripts.ghost("add unique key (a)"),
          "unique key 'a' compares");
      begin(pair);
      assertStops(
          pair,
          OnlineDdl.REPLAY_ALTER,
          OnlineScripts.ghost("add s timestamp default current_timestamp"),
          "it adds column 's'");
      begin(pair);
      assertStops(pair, OnlineDdl.STOP, OnlineScripts.ghost("add b int"), "OnlineDdl.STOP");
    }
  }

  /** As any other statement does. */
  @ParameterizedTest
  @EachRelease
  void goesToTheNamesOfTheTargetAndMustKeepWhichRowsTakePart(MySqlRelease release)
      throws Exception {
    TableSelection selection =
        TableSelection.builder()
            .database(
                "shop",
                db ->
                    db.as("dr")
                        .table(
                            "t",
                            t -> t.as("u").rename("a", "x").where("a COLLATE utf8mb4_bin > ''")))
            .build();
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      pair.target().execute("DROP DATABASE IF EXISTS dr");
      try (SyncJob<TableChange> job =
          job(pair, selection, OnlineDdl.REPLAY_ALTER, new MemoryCheckpointStore())) {
        if (release == MySqlRelease.MYSQL_5_5) {
          assertThatThrownBy(() -> started(job)).hasMessageContaining("FILTER_SERVER");
          return;
        }
        started(job);
        run(pair, OnlineScripts.ghost("add column b int not null default 7"));
        pair.source().execute("INSERT INTO shop.t VALUES (97, '', 8), (98, 'y', 9)");
        awaitRow(pair, job, "dr.u", 98);
        assertThat(isThere(pair.target(), "dr.u", 97)).isFalse();
        assertThat(Shown.tables(pair.target(), "dr").get("u")).contains("`x`").contains("`b`");

        run(pair, OnlineScripts.ghost("modify a varchar(30)"));
        Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
        assertThat(job.status().failure().orElseThrow())
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("need not be those that take part");
      }
    }
  }

  /** No table takes the place of the one that has the rows of all. */
  @ParameterizedTest
  @EachRelease
  void inAMergeGroupTheColumnIsAddedOnce(MySqlRelease release) throws Exception {
    TableSelection selection =
        TableSelection.builder()
            .database("shop", db -> db.as("dr").tables("?", t -> t.as("orders").merged("origin")))
            .build();
    List<String> first = OnlineScripts.ghost("add column b int default 7");
    List<String> second =
        first.stream()
            .map(sql -> sql.replace("_t_", "_u_").replace("`t`", "`u`").replace("shop.t", "shop.u"))
            .toList();
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      pair.source()
          .execute("CREATE TABLE shop.u LIKE shop.t", "INSERT INTO shop.u SELECT * FROM shop.t");
      pair.target().execute("DROP DATABASE IF EXISTS dr");
      try (SyncJob<TableChange> job =
          job(pair, selection, OnlineDdl.REPLAY_ALTER, new MemoryCheckpointStore())) {
        started(job);
        run(pair, first);
        run(pair, second);
        pair.source()
            .execute(
                "INSERT INTO shop.u VALUES (98, 'x', 8)", "INSERT INTO shop.t VALUES (99, 'y', 9)");
        awaitRow(pair, job, "dr.orders", 99);
        assertThat(merged(pair.target(), "SELECT id, a, b FROM dr.orders ORDER BY 1, 2"))
            .isEqualTo(
                merged(
                    pair.source(),
                    "SELECT * FROM shop.t UNION ALL SELECT * FROM shop.u ORDER BY 1, 2"));
      }
    }
  }

  private static List<String> merged(MySqlServer server, String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return Shown.rows(statement, sql);
    }
  }

  private static void awaitRow(ServerPair pair, SyncJob<TableChange> job, String table, int id)
      throws Exception {
    Await.until(
        "Row %d of %s is there".formatted(id, table),
        PATIENCE,
        () -> job.status().failure().isPresent() || isThere(pair.target(), table, id));
    assertThat(job.status().failure()).isEmpty();
  }

  private static boolean isThere(MySqlServer server, String table, int id) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return !Shown.rows(statement, "SELECT id FROM " + table + " WHERE id = " + id).isEmpty();
    } catch (SQLException e) {
      return false;
    }
  }

  private static void assertStops(
      ServerPair pair, OnlineDdl way, List<String> statements, String why) throws Exception {
    try (SyncJob<TableChange> job = started(job(pair, true, way, new MemoryCheckpointStore()))) {
      run(pair, statements);
      Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining(why);
    }
  }

  /** The table is not there for a moment, and a tool may end in it. */
  @ParameterizedTest
  @EachRelease
  void doesNotBeginBetweenTwoSteps(MySqlRelease release) throws Exception {
    List<String> statements = OnlineScripts.twoSteps("add b int");
    int between = statements.indexOf("alter /* gh-ost */ table `shop`.`_t_gho` rename `t`");
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      for (String sql : statements.subList(0, between)) {
        pair.source().execute("USE shop", sql);
      }
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      try (SyncJob<TableChange> job = job(pair, false, OnlineDdl.REPLAY_ALTER, store)) {
        assertThatThrownBy(job::start)
            .isInstanceOf(PrecheckFailedException.class)
            .hasMessageContaining("ONLINE_CHANGE_UNDER_WAY on 'shop.t'")
            .hasMessageContaining("'shop._t_gho'")
            .hasMessageNotContaining("TABLE_MISSING")
            .hasMessageNotContaining("NOTHING_SELECTED");
        run(pair, statements.subList(between, statements.size()));
        started(job);
        assertEqual(pair, job);
      }
    }
  }

  /** What is looked at then is the table that joins, and not the shadow of another one. */
  @ParameterizedTest
  @EachRelease
  void aTableJoinsWhileAnotherIsChanged(MySqlRelease release) throws Exception {
    TableSelection selection =
        TableSelection.builder().database("shop", db -> db.table("t").tables("k*")).build();
    List<String> statements = OnlineScripts.ghost("add b int");
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      pair.source().execute("CREATE TABLE shop.x (id INT PRIMARY KEY)");
      try (SyncJob<TableChange> job =
          job(pair, selection, OnlineDdl.REPLAY_ALTER, new MemoryCheckpointStore())) {
        started(job);
        run(pair, statements.subList(0, 9));
        pair.source().execute("INSERT INTO shop.x VALUES (5)", "RENAME TABLE shop.x TO shop.k1");
        awaitRow(pair, job, "shop.k1", 5);
        run(pair, statements.subList(9, statements.size()));
        pair.source().execute("INSERT INTO shop.t (id, a) VALUES (99, 'last')");
        assertEqual(pair, job);
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void doesNotBeginInTheMiddle(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      run(pair, OnlineScripts.ghost("add b int").subList(0, 6));
      try (SyncJob<TableChange> job =
          job(pair, false, OnlineDdl.REPLAY_ALTER, new MemoryCheckpointStore())) {
        assertThatThrownBy(job::start)
            .isInstanceOf(PrecheckFailedException.class)
            .hasMessageContaining("ONLINE_CHANGE_UNDER_WAY on 'shop._t_gho'");
      }
    }
  }

  private static void begin(ServerPair pair) throws SQLException {
    pair.source()
        .execute(
            "DROP DATABASE IF EXISTS shop",
            "CREATE DATABASE shop",
            "CREATE TABLE shop.t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(40))",
            "INSERT INTO shop.t VALUES (1, 'one'), (2, 'two'), (3, 'three')");
    pair.target().execute("DROP DATABASE IF EXISTS shop");
  }

  private static void run(ServerPair pair, List<String> statements) throws SQLException {
    OnlineScripts.run(pair.source(), statements);
  }

  /** A tool does so many statements, and then drops what it has made. */
  private static void giveUp(ServerPair pair, List<String> statements, int count)
      throws SQLException {
    List<String> begun = statements.subList(0, count);
    run(pair, begun);
    run(pair, OnlineScripts.undo(begun));
  }

  private static void assertEqual(ServerPair pair, SyncJob<TableChange> job) throws Exception {
    String shown = Shown.tables(pair.source(), "shop").get("t");
    Await.until(
        "The table is equal",
        PATIENCE,
        () -> job.status().failure().isPresent() || isShown(pair, shown));
    assertThat(job.status().failure()).isEmpty();
    assertThat(Shown.tables(pair.target(), "shop"))
        .isEqualTo(Shown.tables(pair.source(), "shop"))
        .containsEntry("t", shown);
    assertThat(Checksums.awaitEqual(pair, "shop", PATIENCE))
        .isEqualTo(Checksums.of(pair.source(), "shop"));
  }

  private static boolean isShown(ServerPair pair, String shown) {
    try {
      return shown.equals(Shown.tables(pair.target(), "shop").get("t"));
    } catch (SQLException e) {
      return false;
    }
  }

  private static SyncJob<TableChange> started(SyncJob<TableChange> job)
      throws InterruptedException {
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, boolean whole, OnlineDdl way, MemoryCheckpointStore store) {
    return job(pair, selection(whole), way, store);
  }

  private static TableSelection selection(boolean whole) {
    return whole
        ? TableSelection.builder().database("shop").build()
        : TableSelection.builder().database("shop", db -> db.table("t")).build();
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, TableSelection selection, OnlineDdl way, MemoryCheckpointStore store) {
    return job(pair, selection, way, store, event -> {});
  }

  private static SyncJob<TableChange> job(
      ServerPair pair,
      TableSelection selection,
      OnlineDdl way,
      MemoryCheckpointStore store,
      JobListener listener) {
    return SyncJob.from(pair.sourceBuilder().onlineDdl(way).build())
        .to(pair.sinkBuilder().build())
        .named("online" + store.hashCode())
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(store)
        .listener(listener)
        .build();
  }
}
