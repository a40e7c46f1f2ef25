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
import dev.syncline.mysql.MySqlSource.OnlineDdl;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;

/** The statements of tools that change tables online come to one ALTER TABLE at the target. */
class OnlineChangesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What gh-ost does, with its copying and following made short. */
  private static List<String> ghost(String alter) {
    return List.of(
        "drop /* gh-ost */ table if exists `shop`.`_t_gho`",
        "drop /* gh-ost */ table if exists `shop`.`_t_del`",
        "drop /* gh-ost */ table if exists `shop`.`_t_ghc`",
        "create /* gh-ost */ table `shop`.`_t_ghc` (id bigint auto_increment, last_update timestamp"
            + " not null DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, hint varchar(64)"
            + " charset ascii not null, value varchar(4096) charset ascii not null,"
            + " primary key(id), unique key hint_uidx(hint)) auto_increment=256",
        "create /* gh-ost */ table `shop`.`_t_gho` like `shop`.`t`",
        "alter /* gh-ost */ table `shop`.`_t_gho` " + alter,
        "alter /* gh-ost */ table `shop`.`_t_gho` AUTO_INCREMENT=100",
        "insert /* gh-ost */ into `shop`.`_t_ghc` (hint, value) values ('state', 'Migrated')",
        "insert /* gh-ost */ ignore into `shop`.`_t_gho` (`id`, `a`) (select `id`, `a` from"
            + " `shop`.`t` force index (`PRIMARY`) lock in share mode)",
        "INSERT INTO shop.t (id, a) VALUES (50, 'meanwhile')",
        "replace /* gh-ost */ into `shop`.`_t_gho` (`id`, `a`) values (50, 'meanwhile')",
        "UPDATE shop.t SET a = 'changed' WHERE id = 2",
        "update /* gh-ost */ `shop`.`_t_gho` set `a`='changed' where `id`=2",
        "create /* gh-ost */ table `shop`.`_t_del` (id int auto_increment primary key)"
            + " engine=InnoDB comment='ghost-cut-over-sentry'",
        "drop /* gh-ost */ table if exists `shop`.`_t_del`",
        "rename /* gh-ost */ table `shop`.`t` to `shop`.`_t_del`, `shop`.`_t_gho` to `shop`.`t`",
        "drop /* gh-ost */ table if exists `shop`.`_t_ghc`",
        "drop /* gh-ost */ table if exists `shop`.`_t_del`");
  }

  /** The same with two statements to change the names. */
  private static List<String> twoSteps(String alter) {
    return ghost(alter).stream()
        .flatMap(
            sql ->
                sql.startsWith("rename")
                    ? List.of(
                        "alter /* gh-ost */ table `shop`.`t` rename `_t_del`",
                        "alter /* gh-ost */ table `shop`.`_t_gho` rename `t`")
                        .stream()
                    : List.of(sql).stream())
        .toList();
  }

  /** What pt-online-schema-change does. */
  private static List<String> percona(MySqlServer source, String alter) throws SQLException {
    String shown = Shown.tables(source, "shop").get("t");
    return List.of(
        shown.replaceFirst("`t`", "`shop`.`_t_new`"),
        "ALTER TABLE `shop`.`_t_new` " + alter,
        "CREATE TRIGGER `shop`.`pt_osc_shop_t_del` AFTER DELETE ON `shop`.`t` FOR EACH ROW DELETE"
            + " IGNORE FROM `shop`.`_t_new` WHERE `shop`.`_t_new`.`id` <=> OLD.`id`",
        "CREATE TRIGGER `shop`.`pt_osc_shop_t_upd` AFTER UPDATE ON `shop`.`t` FOR EACH ROW REPLACE"
            + " INTO `shop`.`_t_new` (`id`, `a`) VALUES (NEW.`id`, NEW.`a`)",
        "CREATE TRIGGER `shop`.`pt_osc_shop_t_ins` AFTER INSERT ON `shop`.`t` FOR EACH ROW REPLACE"
            + " INTO `shop`.`_t_new` (`id`, `a`) VALUES (NEW.`id`, NEW.`a`)",
        "INSERT LOW_PRIORITY IGNORE INTO `shop`.`_t_new` (`id`, `a`) SELECT `id`, `a` FROM"
            + " `shop`.`t` LOCK IN SHARE MODE /*pt-online-schema-change 1 copy table*/",
        "INSERT INTO shop.t (id, a) VALUES (60, 'later')",
        "DELETE FROM shop.t WHERE id = 3",
        "ANALYZE TABLE `shop`.`_t_new` /* pt-online-schema-change */",
        "RENAME TABLE `shop`.`t` TO `shop`.`_t_old`, `shop`.`_t_new` TO `shop`.`t`",
        "DROP TABLE IF EXISTS `shop`.`_t_old`",
        "DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_del`",
        "DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_upd`",
        "DROP TRIGGER IF EXISTS `shop`.`pt_osc_shop_t_ins`");
  }

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      for (boolean whole : List.of(true, false)) {
        begin(pair);
        MemoryCheckpointStore store = new MemoryCheckpointStore();
        try (SyncJob<TableChange> job = started(pair, whole, OnlineDdl.REPLAY_ALTER, store)) {
          run(pair, ghost("add column b int not null default 7, add key (a)"));
          List<String> second = twoSteps("modify a varchar(80) character set utf8mb4, add c date");
          // The tool gives up, and begins again.
          run(pair, second.subList(0, 8));
          run(pair, second);
          run(pair, percona(pair.source(), "drop column b, add d decimal(5,2) default 1.5"));
          pair.source().execute("INSERT INTO shop.t (id, a) VALUES (99, 'last')");
          assertEqual(pair, job);
        }
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void goesOnWhereverItIsStopped(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      SyncJob<TableChange> job = started(pair, false, OnlineDdl.REPLAY_ALTER, store);
      try {
        int count = 0;
        for (String sql : twoSteps("add column b int not null default 7")) {
          pair.source().execute("USE shop", sql);
          // A job is not started in the moment in which its table is not there.
          if (count++ > 2 && !sql.endsWith("rename `_t_del`")) {
            // What is in the log is read either before it stops or by the next one.
            job.close();
            job = started(pair, false, OnlineDdl.REPLAY_ALTER, store);
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
          pair, OnlineDdl.REPLAY_ALTER, ghost("add unique key (a)"), "unique key 'a' compares");
      begin(pair);
      assertStops(
          pair,
          OnlineDdl.REPLAY_ALTER,
          ghost("add s timestamp default current_timestamp"),
          "it adds column 's'");
      begin(pair);
      assertStops(pair, OnlineDdl.STOP, ghost("add b int"), "OnlineDdl.STOP");
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
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
        run(pair, ghost("add column b int not null default 7"));
        pair.source().execute("INSERT INTO shop.t VALUES (97, '', 8), (98, 'y', 9)");
        Await.until(
            "The row is there",
            PATIENCE,
            () -> job.status().failure().isPresent() || isThere(pair.target(), "dr.u", 98));
        assertThat(job.status().failure()).isEmpty();
        assertThat(isThere(pair.target(), "dr.u", 97)).isFalse();
        assertThat(Shown.tables(pair.target(), "dr").get("u")).contains("`x`").contains("`b`");

        run(pair, ghost("modify a varchar(30)"));
        Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
        assertThat(job.status().failure().orElseThrow())
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("need not be those that take part");
      }
    }
  }

  private static boolean isThere(MySqlServer server, String table, int id) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return !Shown.rows(statement, "SELECT id FROM " + table + " WHERE id = " + id).isEmpty();
    }
  }

  private static void assertStops(
      ServerPair pair, OnlineDdl way, List<String> statements, String why) throws Exception {
    try (SyncJob<TableChange> job = started(pair, true, way, new MemoryCheckpointStore())) {
      run(pair, statements);
      Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining(why);
    }
  }

  @ParameterizedTest
  @EachRelease
  void doesNotBeginInTheMiddle(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      begin(pair);
      run(pair, ghost("add b int").subList(0, 6));
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
    for (String sql : statements) {
      pair.source().execute("USE shop", sql);
    }
    pair.source().execute("DELETE FROM shop.t WHERE id IN (50, 60)");
  }

  private static void assertEqual(ServerPair pair, SyncJob<TableChange> job) throws Exception {
    String shown = Shown.tables(pair.source(), "shop").get("t");
    Await.until(
        "The table is equal",
        PATIENCE,
        () -> job.status().failure().isPresent() || isShown(pair, shown));
    assertThat(job.status().failure()).isEmpty();
    assertThat(Shown.tables(pair.target(), "shop")).containsExactly(Map.entry("t", shown));
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

  private static SyncJob<TableChange> started(
      ServerPair pair, boolean whole, OnlineDdl way, MemoryCheckpointStore store)
      throws InterruptedException {
    SyncJob<TableChange> job = job(pair, whole, way, store);
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, boolean whole, OnlineDdl way, MemoryCheckpointStore store) {
    TableSelection selection =
        whole
            ? TableSelection.builder().database("shop").build()
            : TableSelection.builder().database("shop", db -> db.table("t")).build();
    return job(pair, selection, way, store);
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, TableSelection selection, OnlineDdl way, MemoryCheckpointStore store) {
    return SyncJob.from(pair.sourceBuilder().onlineDdl(way).build())
        .to(pair.sinkBuilder().build())
        .named("online" + store.hashCode())
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(store)
        .build();
  }
}
