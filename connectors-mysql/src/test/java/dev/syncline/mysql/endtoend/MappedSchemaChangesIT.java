package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.NameCase;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.TableTransform;
import dev.syncline.Transform;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.Feature;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.transform.Conversion;
import dev.syncline.transform.Transforms;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** Statements of the source arrive at tables that have other names and columns at the target. */
class MappedSchemaChangesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Each stands between changes of rows that only its own definition of the table can hold. */
  private static final List<String> STATEMENTS =
      List.of(
          "ALTER TABLE t DROP COLUMN n",
          "ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 7 AFTER secret, ADD KEY (a),"
              + " ADD KEY (n)",
          "INSERT INTO t (id, a, n, secret) VALUES (3, 'three', 33, 'x')",
          "ALTER TABLE t DROP KEY by_secret, CHANGE a b VARCHAR(40), ADD secret2 INT",
          "UPDATE t SET b = CONCAT(b, '!'), secret2 = 4",
          "ALTER TABLE t MODIFY secret TEXT",
          "INSERT INTO t VALUES (4, 'vier', 'y', 44, 5)",
          "ALTER TABLE t CHANGE b a VARCHAR(50), DROP secret2, DROP KEY n",
          "ALTER TABLE t ADD c2 INT UNIQUE, ADD CHECK (secret <> 'never'), ADD e INT AS (id + n)",
          "INSERT INTO t (id, a, n, c2) VALUES (5, 'five', 55, 1), (6, 'six', 66, 2)",
          "ALTER TABLE t DROP KEY c2, ADD UNIQUE KEY (c2, id)",
          "UPDATE t SET c2 = 1",
          "CREATE TABLE made (id INT PRIMARY KEY, secret INT, a INT UNIQUE, KEY (secret),"
              + " FOREIGN KEY (a) REFERENCES t (id))",
          "INSERT INTO made VALUES (1, 2, 3), (2, 3, 4)",
          "ALTER TABLE made DROP FOREIGN KEY made_ibfk_1, DROP KEY a",
          "UPDATE made SET a = 3",
          "RENAME TABLE made TO made2",
          "CREATE TABLE made LIKE made2",
          "INSERT INTO made SELECT id + 10, secret, a FROM made2",
          "RENAME TABLE made TO made_x, made2 TO made, made_x TO made2",
          "DELETE FROM made WHERE id = 1",
          "TRUNCATE TABLE made2",
          "INSERT INTO made2 VALUES (7, 7, 7)",
          "DROP TABLE made",
          "ALTER TABLE masked ADD more INT, MODIFY phone VARCHAR(30), CHANGE old old BIGINT",
          "INSERT INTO masked VALUES (2, '0123456789', 2, 'gone', 4, 5)",
          "ALTER TABLE masked ADD gone2 INT, RENAME TO masked2",
          "INSERT INTO masked2 VALUES (3, '0123456789', 3, 'g', 5, 6, 7)",
          "ALTER TABLE parent RENAME TO `p q`",
          "INSERT INTO `p q` VALUES (1)",
          "CREATE INDEX by_a ON t (a)",
          "CREATE INDEX by_both ON t (a, secret(3))",
          "DROP INDEX by_both ON t",
          "DROP INDEX by_a ON t",
          "ALTER TABLE t ADD COLUMN last INT FIRST, RENAME made3",
          "INSERT INTO made3 (id, last, a, n) VALUES (9, 9, 'nine', 99)");

  private static final String DATABASE = "shop";

  private static final TableSelection SELECTION =
      TableSelection.builder()
          .database(
              DATABASE,
              db ->
                  db.as("shop_dr")
                      .tables(
                          "t*",
                          t ->
                              t.as("made_of_t")
                                  .exceptColumns("secret", "secret2")
                                  .rename("a", "alpha")
                                  .rename("n", "new"))
                      .tables(
                          "made*",
                          t ->
                              t.exceptColumns("secret", "secret2")
                                  .rename("a", "alpha")
                                  .rename("n", "new"))
                      .tables("*"))
          .build();

  private static List<TableTransform> transforms() {
    return List.of(
        Transforms.mask("shop.masked*", "phone"),
        Transforms.rename("shop.masked*", "old", "young"),
        Transforms.drop("shop.masked*", "gone"),
        Transforms.convert("shop.masked*", "n", Conversion.toText(20)));
  }

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      MySqlServer source = pair.source();
      source.execute(
          "CREATE DATABASE shop CHARACTER SET latin1",
          "CREATE TABLE shop.t (id INT PRIMARY KEY, a VARCHAR(20), secret VARCHAR(20),"
              + " n INT, KEY by_secret (secret, a))",
          "CREATE TABLE shop.masked (id INT PRIMARY KEY, phone VARCHAR(20), old INT,"
              + " gone VARCHAR(9), n INT)",
          "CREATE TABLE shop.parent (id INT PRIMARY KEY)",
          "INSERT INTO shop.t VALUES (1, 'one', 's', 1), (2, 'two', 's', 2)",
          "INSERT INTO shop.masked VALUES (1, '01234', 3, 'x', 4)");
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      SyncJob<TableChange> job = started(pair, SELECTION, transforms(), store);
      try {
        for (String statement : STATEMENTS) {
          source.execute("USE shop", forRelease(statement, release));
          job.close();
          job = started(pair, SELECTION, transforms(), store);
        }
        awaitEqual(
            pair,
            job,
            "SELECT id, last, a, n, c2, e FROM shop.made3 ORDER BY id",
            "SELECT id, last, alpha, new, c2, e FROM shop_dr.made3 ORDER BY id");
      } finally {
        job.close();
      }
      assertThat(ask(pair.target(), columns("shop_dr", "made3")))
          .containsExactly("last", "id", "alpha", "new", "c2", "e");
      assertThat(ask(pair.target(), keys("shop_dr", "made3")))
          .containsExactly("PRIMARY", "a", "c2");
      assertThat(ask(pair.target(), "SELECT id, alpha FROM shop_dr.made2 ORDER BY id"))
          .containsExactly("7,7");
      assertThat(ask(pair.target(), columns("shop_dr", "made2"))).containsExactly("id", "alpha");
      assertThat(
              ask(
                  pair.target(),
                  "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'shop_dr'"
                      + " ORDER BY 1"))
          .containsExactly("made2", "made3", "masked2", "p q");
      assertThat(ask(pair.target(), columns("shop_dr", "masked2")))
          .containsExactlyInAnyOrder("id", "phone", "young", "n", "more", "gone2");
      assertThat(
              ask(
                  pair.target(),
                  "SELECT id, young, n, more, gone2 FROM shop_dr.masked2 ORDER BY id"))
          .containsExactly("1,3,4,null,null", "2,2,4,5,null", "3,3,5,6,7");
      assertThat(ask(pair.target(), "SELECT COUNT(*) FROM shop_dr.masked2 WHERE phone LIKE '%1%'"))
          .containsExactly("0");
      assertThat(
              ask(
                  pair.target(),
                  "SELECT DISTINCT TABLE_COLLATION FROM information_schema.TABLES WHERE"
                      + " TABLE_SCHEMA = 'shop_dr'"))
          .containsExactly("latin1_swedish_ci");
      assertThat(ask(pair.target(), "SELECT * FROM shop_dr.`p q`")).containsExactly("1");
    }
  }

  private static final TableSelection WITHOUT_SECRET =
      TableSelection.builder()
          .database(DATABASE, db -> db.table("t", t -> t.exceptColumns("secret")).tables("*"))
          .build();

  /** What is on a column that is left out is not at the target, until it loses that column. */
  private static List<String> onWhatIsLeftOut(MySqlRelease release) {
    if (release.family() == Family.MARIADB) {
      return List.of(
          "ALTER TABLE t ALTER INDEX plain IGNORED",
          "ALTER TABLE t DROP CONSTRAINT positive",
          "ALTER TABLE t DROP KEY k, ADD UNIQUE k (a), DROP KEY plain, DROP secret");
    }
    return release.equals(MySqlRelease.MYSQL_5_7)
        ? List.of("ALTER TABLE t DROP secret", "DROP INDEX plain ON t")
        : List.of(
            "ALTER TABLE t ADD KEY computed ((secret + 1))",
            "ALTER TABLE t ALTER INDEX plain INVISIBLE, ALTER INDEX computed INVISIBLE",
            "ALTER TABLE t ALTER CHECK positive NOT ENFORCED",
            "ALTER TABLE t DROP CHECK positive",
            "DROP INDEX computed ON t",
            "ALTER TABLE t DROP secret",
            "ALTER TABLE t RENAME KEY plain TO other",
            "DROP INDEX other ON t");
  }

  @ParameterizedTest
  @EachRelease
  void keysAndChecksOnWhatIsLeftOutDoNotStopTheJob(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      pair.source()
          .execute(
              "CREATE DATABASE shop",
              "CREATE TABLE shop.t (id INT PRIMARY KEY, a INT, secret INT, UNIQUE k (secret, a),"
                  + " KEY plain (secret, a), CONSTRAINT positive CHECK (secret > 0))",
              "INSERT INTO shop.t VALUES (1, 1, 1)");
      try (SyncJob<TableChange> job =
          started(pair, WITHOUT_SECRET, List.of(), new MemoryCheckpointStore())) {
        for (String statement : onWhatIsLeftOut(release)) {
          pair.source().execute("USE shop", statement);
        }
        pair.source().execute("INSERT INTO shop.t VALUES (2, 2)");
        String rows = "SELECT * FROM shop.t ORDER BY id";
        awaitEqual(pair, job, rows, rows);
      }
      assertThat(ask(pair.target(), keys(DATABASE, "t"))).containsExactly("PRIMARY", "k");
      assertThat(ask(pair.source(), keys(DATABASE, "t"))).containsExactly("PRIMARY", "k");
    }
  }

  private static final TableSelection SHARDS =
      TableSelection.builder()
          .databases(
              "shard_?",
              db -> db.as("all").tables("orders_*", t -> t.as("orders").merged("origin")))
          .build();

  private static final List<String> SHARD_BY_SHARD =
      List.of(
          "ALTER TABLE shard_2.orders_1 ADD n INT NOT NULL DEFAULT 7 AFTER id",
          "INSERT INTO shard_1.orders_1 VALUES (2, 10)",
          "INSERT INTO shard_2.orders_1 VALUES (2, 20, 20)",
          "ALTER TABLE shard_1.orders_1 ADD n INT NOT NULL DEFAULT 7, ADD m VARCHAR(9)",
          "INSERT INTO shard_1.orders_1 VALUES (3, 11, 21, 'x')",
          "UPDATE shard_3.orders_1 SET v = v + 100, id = 5",
          "INSERT INTO shard_3.orders_1 VALUES (4, 40)",
          "ALTER TABLE shard_3.orders_1 ADD n INT NOT NULL DEFAULT 7, ADD m VARCHAR(9)",
          "ALTER TABLE shard_2.orders_1 ADD m VARCHAR(9)",
          "UPDATE shard_3.orders_1 SET n = n + 1, m = 'y' WHERE id = 4",
          "CREATE DATABASE shard_4",
          "CREATE TABLE shard_4.orders_7 LIKE shard_3.orders_1",
          "INSERT INTO shard_4.orders_7 VALUES (1, 2, 3, 'new')");

  /** The shards get a column one after the other, with rows of all of them in between. */
  private static String forRelease(String statement, MySqlRelease release) {
    return Feature.GENERATED_COLUMNS.isIn(release)
        ? statement
        : statement.replace("e INT AS (id + n)", "e INT");
  }

  @ParameterizedTest
  @EachRelease
  void addsAColumnOnceToTablesThatAreMerged(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      MySqlServer source = pair.source();
      for (int shard = 1; shard <= 3; shard++) {
        source.execute(
            "CREATE DATABASE shard_" + shard,
            "CREATE TABLE shard_%d.orders_1 (id INT PRIMARY KEY, v INT)".formatted(shard),
            "INSERT INTO shard_%d.orders_1 VALUES (1, %d)".formatted(shard, shard));
      }
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      SyncJob<TableChange> job = started(pair, SHARDS, List.of(), store);
      try {
        for (String statement : SHARD_BY_SHARD) {
          source.execute(statement);
          job.close();
          job = started(pair, SHARDS, List.of(), store);
        }
        StringBuilder all = new StringBuilder();
        for (String table : List.of("1.orders_1", "2.orders_1", "3.orders_1", "4.orders_7")) {
          all.append(all.isEmpty() ? "" : " UNION ALL ")
              .append("SELECT 'shard_%s', id, v, n, m FROM shard_%s".formatted(table, table));
        }
        awaitEqual(
            pair,
            job,
            all + " ORDER BY 1, 2",
            "SELECT origin, id, v, n, m FROM `all`.orders ORDER BY 1, 2");

        source.execute("DROP TABLE shard_1.orders_1");
        SyncJob<TableChange> dropping = job;
        Await.until("It stops", PATIENCE, () -> dropping.status().failure().isPresent());
        assertThat(job.status().failure().orElseThrow())
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("shard_1.orders_1")
            .hasMessageContaining("DROP never reaches the target")
            .hasMessageContaining("IGNORE");
        job.close();
        // The rows stay, and the job goes on.
        job = started(pair, SHARDS, List.of(), store, SchemaChanges.IGNORE);
        source.execute("INSERT INTO shard_2.orders_1 VALUES (9, 9, 9, 'z')");
        SyncJob<TableChange> going = job;
        Await.until(
            "The row is there",
            PATIENCE,
            () ->
                going.status().failure().isPresent()
                    || ask(pair.target(), "SELECT COUNT(*) FROM `all`.orders WHERE id = 9")
                        .contains("1"));
        assertThat(ask(pair.target(), "SELECT COUNT(*) FROM `all`.orders WHERE origin LIKE '%1.%'"))
            .containsExactly("3");
      } finally {
        job.close();
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void stopsWhereTablesThatAreMergedWouldDiffer(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      pair.source()
          .execute(
              "CREATE DATABASE shard_1",
              "CREATE DATABASE shard_2",
              "CREATE TABLE shard_1.orders_1 (id INT PRIMARY KEY)",
              "CREATE TABLE shard_2.orders_1 (id INT PRIMARY KEY)");
      for (List<String> statements :
          List.of(
              List.of("ALTER TABLE shard_1.orders_1 ADD n INT", "n' of table 'shard_2"),
              List.of("TRUNCATE shard_1.orders_1", "TRUNCATE never"),
              List.of("RENAME TABLE shard_1.orders_1 TO shard_1.orders_2", "RENAME never"))) {
        MemoryCheckpointStore store = new MemoryCheckpointStore();
        pair.target().execute("DROP DATABASE IF EXISTS `all`", "DROP DATABASE IF EXISTS syncline");
        try (SyncJob<TableChange> job = started(pair, SHARDS, List.of(), store)) {
          pair.source()
              .execute(statements.get(0), "ALTER TABLE shard_2.orders_1 ADD n INT DEFAULT 3");

          Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
          assertThat(job.status().failure().orElseThrow())
              .isInstanceOf(UnsupportedChangeException.class)
              .hasMessageContaining(statements.get(1))
              .hasMessageContaining("IGNORE");
        }
        pair.source()
            .execute(
                "DROP TABLE IF EXISTS shard_1.orders_1, shard_1.orders_2, shard_2.orders_1",
                "CREATE TABLE shard_1.orders_1 (id INT PRIMARY KEY)",
                "CREATE TABLE shard_2.orders_1 (id INT PRIMARY KEY)");
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void keepsThePolicyForUpperAndLowerCase(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      TableSelection upper =
          TableSelection.builder().database("Mixed").nameCase(NameCase.UPPER).build();
      pair.source()
          .execute("CREATE DATABASE Mixed", "CREATE TABLE Mixed.t (id INT PRIMARY KEY, a INT)");
      try (SyncJob<TableChange> job =
          started(pair, upper, List.of(), new MemoryCheckpointStore())) {
        pair.source()
            .execute(
                "USE Mixed",
                "ALTER TABLE t ADD b INT AFTER id, ADD KEY (b)",
                "INSERT INTO t VALUES (1, 2, 3)",
                "CREATE TABLE New (id INT PRIMARY KEY, x INT UNIQUE,"
                    + " FOREIGN KEY (x) REFERENCES t (id))",
                "RENAME TABLE New TO Newer",
                "INSERT INTO Newer VALUES (1, 1)");
        awaitEqual(
            pair,
            job,
            "SELECT n.id, x, a, b FROM Mixed.Newer n JOIN Mixed.t USING (id)",
            "SELECT n.ID, X, A, B FROM MIXED.NEWER n JOIN MIXED.T USING (ID)");
      }
      assertThat(ask(pair.target(), columns("MIXED", "T"))).containsExactly("ID", "B", "A");
    }
  }

  private static String columns(String database, String table) {
    return ("SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '%s' AND"
            + " TABLE_NAME = '%s' ORDER BY ORDINAL_POSITION")
        .formatted(database, table);
  }

  private static String keys(String database, String table) {
    return ("SELECT DISTINCT INDEX_NAME FROM information_schema.STATISTICS WHERE"
            + " TABLE_SCHEMA = '%s' AND TABLE_NAME = '%s' ORDER BY INDEX_NAME <> 'PRIMARY', 1")
        .formatted(database, table);
  }

  private static void awaitEqual(
      ServerPair pair, SyncJob<TableChange> job, String source, String target) throws Exception {
    List<String> expected = ask(pair.source(), source);
    Await.until(
        "The rows are there",
        PATIENCE,
        () -> job.status().failure().isPresent() || expected.equals(ask(pair.target(), target)));
    assertThat(job.status().failure()).isEmpty();
    assertThat(ask(pair.target(), target)).isEqualTo(expected);
  }

  /** The rows of an answer; none if a table or column is not there. */
  private static List<String> ask(MySqlServer server, String sql) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        var answer = statement.executeQuery(sql)) {
      while (answer.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= answer.getMetaData().getColumnCount(); i++) {
          values.add(answer.getString(i));
        }
        rows.add(String.join(",", values));
      }
    } catch (SQLException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
    return rows;
  }

  private static SyncJob<TableChange> started(
      ServerPair pair,
      TableSelection selection,
      List<TableTransform> transforms,
      MemoryCheckpointStore store)
      throws InterruptedException {
    return started(pair, selection, transforms, store, SchemaChanges.APPLY);
  }

  private static SyncJob<TableChange> started(
      ServerPair pair,
      TableSelection selection,
      List<TableTransform> transforms,
      MemoryCheckpointStore store,
      SchemaChanges policy)
      throws InterruptedException {
    var builder =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named("mapped")
            .select(selection)
            .schemaChanges(policy)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(store);
    if (!selection.keepsNames()) {
      // A column that is left out comes later.
      builder = builder.acknowledge("COLUMN_UNUSED");
    }
    for (Transform<TableChange> transform : transforms) {
      builder = builder.through(transform);
    }
    SyncJob<TableChange> job = builder.build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }
}
