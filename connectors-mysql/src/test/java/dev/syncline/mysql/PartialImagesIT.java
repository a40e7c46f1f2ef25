package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.TableSourceSession;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What servers leave out of their logs, and that the rest is enough to know every row. */
class PartialImagesIT {

  private static final List<String> IMAGES = List.of("MINIMAL", "NOBLOB", "FULL");

  /** A table named t, and its changes. */
  private static final class Fixture {
    private final SourceFixture source;
    private final TableDefinition table;

    Fixture(MySqlRelease release, String... setUp) throws Exception {
      source = new SourceFixture(MySqlServer.shared(release));
      source.execute(setUp);
      table = source.definition("t");
    }

    /** The changes that statements of a session make that logs less than all. */
    List<TableChange> changes(String image, List<String> statements) throws Exception {
      List<String> all = new ArrayList<>(List.of("SET binlog_row_image = " + image));
      all.addAll(statements);
      List<TableChange> changes = new ArrayList<>();
      try (TableSourceSession session = source.open()) {
        session.define(List.of(table), session.memory());
        Position position = session.currentPositions().get(MySqlSession.STREAM);
        source.execute(all.toArray(String[]::new));
        Position end = session.currentPositions().get(MySqlSession.STREAM);
        try (SourceReader<TableChange> reader = session.openReader(MySqlSession.STREAM, position)) {
          while (position.compareTo(end) < 0) {
            ChangeBatch<TableChange> batch = reader.poll(Duration.ofSeconds(1));
            for (TransactionPart<TableChange> part : batch.parts()) {
              changes.addAll(part.changes());
            }
            position = batch.position().orElse(position);
          }
        }
      }
      return changes;
    }

    List<Row> rows() {
      try (TableSourceSession session = source.open()) {
        session.define(List.of(table), session.memory());
        try (SnapshotReader reader = session.openSnapshotReader()) {
          return reader.readRange(table, KeyRange.ALL).rows().stream()
              .map(SnapshotRow::row)
              .toList();
        }
      }
    }

    /** Checks that the changes, one by one, lead from the rows before to those that are there. */
    void check(List<Row> before, List<TableChange> changes) {
      List<Integer> key = table.identity().orElseThrow().columns();
      Map<Row, Row> rows = new LinkedHashMap<>();
      before.forEach(row -> rows.put(row.pick(key), row));
      for (TableChange change : changes) {
        Row old = NetEffect.before(change);
        Row known = old == null ? null : rows.remove(old.pick(key));
        Row after = NetEffect.after(change);
        if (after != null) {
          rows.put(after.pick(key), known == null ? after : table.carriedOver(known, after));
        }
      }
      assertThat(rows.values().stream().map(this::written))
          .containsExactlyInAnyOrderElementsOf(rows().stream().map(this::written).toList());
    }

    private Row written(Row row) {
      return row.pick(
          IntStream.range(0, row.size())
              .filter(i -> !table.columns().get(i).isGenerated())
              .boxed()
              .toList());
    }
  }

  /** All of MySQL; of MariaDB the given one, and those that leave out nothing that is not known. */
  private static List<String> images(MySqlRelease release, String image) {
    if (release.family() == MySqlRelease.Family.MYSQL) {
      return IMAGES;
    }
    return release.isFrom(MySqlRelease.Family.MARIADB, 11, 4)
        ? List.of(image, "FULL", "FULL_NODUP")
        : List.of(image, "FULL");
  }

  /** Whether a release has them; of the others it is checked that they have not. */
  private static boolean hasPartialImages(MySqlRelease release) {
    boolean has = Feature.PARTIAL_IMAGES.isIn(release);
    if (!has) {
      assertThatThrownBy(() -> MySqlServer.shared(release).execute("SET binlog_row_image = 'FULL'"))
          .hasMessageContaining("Unknown system variable");
    }
    return has;
  }

  @ParameterizedTest
  @EachRelease
  void leaveOutNothingThatChanged(MySqlRelease release) throws Exception {
    if (!hasPartialImages(release)) {
      return;
    }
    boolean mariaDb = release.family() == MySqlRelease.Family.MARIADB;
    for (String image : images(release, "MINIMAL")) {
      // MariaDB may have replaced what sets a key, and 10.2.11 computes no stored column then.
      boolean setsKey =
          !mariaDb || (!image.equals("MINIMAL") && release != MySqlRelease.MARIADB_10_2);
      Fixture fixture =
          new Fixture(
              release,
              "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, n INT DEFAULT 5, s VARCHAR(9)"
                  + " DEFAULT 'x', b TEXT, u TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6) ON"
                  + " UPDATE CURRENT_TIMESTAMP(6), g VARCHAR(20) AS (CONCAT(s, n)) STORED, v INT AS"
                  + " (n + 1) VIRTUAL, w VARCHAR(9) DEFAULT 'w'"
                  + (release == MySqlRelease.MARIADB_10_1 ? ")" : ", KEY (v))"),
              "CREATE TRIGGER tu BEFORE UPDATE ON t FOR EACH ROW SET NEW.w = CONCAT(NEW.n, 'u')",
              "CREATE TRIGGER ti BEFORE INSERT ON t FOR EACH ROW SET NEW.w = CONCAT(NEW.n, 'i')",
              "INSERT INTO t (n, s, b) VALUES (1, 'a', 'long'), (2, 'b', 'long'), (3, 'c', 'd')");
      List<Row> before = fixture.rows();

      List<TableChange> changes =
          fixture.changes(
              image,
              List.of(
                  "UPDATE t SET n = NULL WHERE id = 1",
                  "UPDATE t SET s = 'moved'" + (setsKey ? ", id = 20" : "") + " WHERE id = 2",
                  "INSERT INTO t (b) VALUES ('new'), (NULL)",
                  "INSERT INTO t (id, n, b) SELECT id + 40, DEFAULT(n), b FROM t WHERE id = 1",
                  "UPDATE t SET b = NULL, n = n + 1 WHERE id > 2",
                  "DELETE FROM t WHERE id = 3"));

      assertThat(changes).hasSizeGreaterThanOrEqualTo(10);
      assertThat(changes.stream().anyMatch(change -> !change.isWhole()))
          .isEqualTo(image.equals("MINIMAL") || image.equals("NOBLOB"));
      fixture.check(before, changes);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_0", "MYSQL_5_7"})
  void leaveOutNothingThatWasReplaced(MySqlRelease release) throws Exception {
    for (String image : IMAGES) {
      Fixture fixture =
          new Fixture(
              release,
              "CREATE TABLE t (id INT PRIMARY KEY, n INT DEFAULT 5, s VARCHAR(9), b TEXT)",
              "INSERT INTO t VALUES (1, 1, 'a', 'long'), (2, 2, 'b', 'long'), (3, 3, 'c', 'd')");
      List<Row> before = fixture.rows();

      List<TableChange> changes =
          fixture.changes(
              image,
              List.of(
                  "REPLACE INTO t (id) VALUES (1)",
                  "REPLACE INTO t (id, s) VALUES (2, 'x'), (4, 'y')",
                  "INSERT INTO t (id, s) VALUES (3, 'z') ON DUPLICATE KEY UPDATE n = 9",
                  "INSERT INTO t (id, s) VALUES (5, 'z') ON DUPLICATE KEY UPDATE n = 9"));

      assertThat(changes).hasSize(5);
      fixture.check(before, changes);
    }
  }

  /** Its own replicas keep what the REPLACE has changed. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.Selected#ofMariaDb")
  @Tag(EachRelease.TAG)
  void stopTheJobWhereMariaDbLeavesOutWhatWasReplaced(MySqlRelease release) throws Exception {
    Map<String, String> replaces =
        Map.of("MINIMAL", "REPLACE INTO t (id) VALUES (1)", "NOBLOB", "REPLACE INTO t SET id = 1");
    for (Map.Entry<String, String> replace : replaces.entrySet()) {
      Fixture fixture =
          new Fixture(
              release,
              "CREATE TABLE t (id INT PRIMARY KEY, n INT DEFAULT 5, b TEXT)",
              "INSERT INTO t VALUES (1, 1, 'long')");

      assertThatThrownBy(() -> fixture.changes(replace.getKey(), List.of(replace.getValue())))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContainingAll("'" + fixture.table.id() + "'", "REPLACE");
      assertThat(fixture.rows()).containsExactly(Row.of(1L, 5L, null));
    }
  }

  /** So of a row before a change that is logged as a whole all is logged that changes. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.Selected#ofMariaDb")
  @Tag(EachRelease.TAG)
  void leaveOutNothingThatMariaDbReplacedIfTheyLeaveOutLongValuesOnly(MySqlRelease release)
      throws Exception {
    for (String image : images(release, "NOBLOB")) {
      Fixture fixture =
          new Fixture(
              release,
              "CREATE TABLE t (id INT PRIMARY KEY, n INT DEFAULT 5, s VARCHAR(9), UNIQUE KEY (n))",
              "INSERT INTO t VALUES (1, 1, 'a'), (2, 2, 'b'), (3, 3, 'c')");
      List<Row> before = fixture.rows();

      List<TableChange> changes =
          fixture.changes(
              image,
              List.of(
                  "REPLACE INTO t (id) VALUES (1)",
                  "REPLACE INTO t (id, s) VALUES (4, 'x')",
                  "INSERT INTO t (id, n) VALUES (5, 3) ON DUPLICATE KEY UPDATE s = 'z'"));

      assertThat(changes).allMatch(TableChange::isWhole);
      fixture.check(before, changes);
    }
  }

  /** The row changes its key, which the log has as it was before only. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.Selected#ofMariaDb")
  @Tag(EachRelease.TAG)
  void stopTheJobWhereMariaDbReplacesARowThatAnotherKeyMet(MySqlRelease release) throws Exception {
    Fixture fixture =
        new Fixture(
            release,
            "CREATE TABLE t (id INT DEFAULT 5 PRIMARY KEY, u INT DEFAULT 6, n INT, UNIQUE KEY (u))",
            "INSERT INTO t VALUES (1, 6, 1)");
    List<String> replace = List.of("REPLACE INTO t (n) VALUES (2)");

    assertThatThrownBy(() -> fixture.changes("MINIMAL", replace))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("'" + fixture.table.id() + "'", "key 'u'", "REPLACE");
    assertThat(fixture.rows()).containsExactly(Row.of(5L, 6L, 2L));
  }

  /** Numbers that count up, the time and expressions are logged although nobody named them. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.Selected#ofMariaDb")
  @Tag(EachRelease.TAG)
  void haveOfAReplaceWhatMariaDbComputes(MySqlRelease release) throws Exception {
    Fixture fixture =
        new Fixture(
            release,
            "CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, u INT DEFAULT NULL, d DATETIME"
                + " DEFAULT CURRENT_TIMESTAMP, n INT, UNIQUE KEY (u)"
                + (release == MySqlRelease.MARIADB_10_1 ? ")" : ", e INT DEFAULT (1 + 1))"),
            "INSERT INTO t (id, u, d, n) VALUES (1, 6, '2020-01-01', 1)");
    List<Row> before = fixture.rows();

    List<TableChange> changes =
        fixture.changes(
            "MINIMAL",
            List.of(
                "UPDATE t SET n = 3 WHERE id = 1",
                "REPLACE INTO t (n) VALUES (2)",
                "REPLACE INTO t (u, n) VALUES (6, 4)"));

    assertThat(changes).hasSize(3);
    assertThat(NetEffect.after(changes.get(2)).isWhole()).isTrue();
    fixture.check(before, changes);
  }

  @ParameterizedTest
  @EachRelease
  void leaveOutDefaultsThatAreKnown(MySqlRelease release) throws Exception {
    if (!hasPartialImages(release)) {
      return;
    }
    Fixture fixture =
        new Fixture(
            release,
            "CREATE TABLE t (id INT PRIMARY KEY, none INT, i INT NOT NULL DEFAULT -5, l BIGINT"
                + " UNSIGNED DEFAULT 18446744073709551615, y YEAR DEFAULT 2020, d DECIMAL(10,3)"
                + " DEFAULT 1.5, f FLOAT DEFAULT 0, g DOUBLE DEFAULT 0.1, b BIT(12) DEFAULT"
                + " b'100000000001', c CHAR(5) DEFAULT 'ab', v VARCHAR(20) CHARACTER SET latin1"
                + " DEFAULT 'a, äb', q VARCHAR(20) NOT NULL DEFAULT 'NULL', z VARCHAR(3) DEFAULT"
                + " '', e ENUM('x', 'y') DEFAULT 'y', s SET('p', 'q', 'r') DEFAULT 'p,r', da DATE"
                + " DEFAULT '2020-02-29', dt DATETIME(3) DEFAULT '2020-02-29 01:02:03.5', ti"
                + " TIME(2) DEFAULT '-100:00:01.5', ts TIMESTAMP NULL DEFAULT NULL, vb"
                + " VARBINARY(5) DEFAULT '', t TEXT)");

    List<TableChange> changes =
        fixture.changes("MINIMAL", List.of("INSERT INTO t (id) VALUES (1)"));

    assertThat(changes).hasSize(1);
    assertThat(NetEffect.after(changes.get(0))).isEqualTo(fixture.rows().get(0));
  }

  @ParameterizedTest
  @EachRelease
  void stopTheJobAtDefaultsThatAreNotKnown(MySqlRelease release) throws Exception {
    if (!hasPartialImages(release)) {
      return;
    }
    for (String column :
        List.of("FLOAT DEFAULT 0.1", "BINARY(3) DEFAULT 'a'", "INT NOT NULL", "TIME NOT NULL")) {
      Fixture fixture =
          new Fixture(release, "CREATE TABLE t (id INT PRIMARY KEY, unknown " + column + ")");

      assertThatThrownBy(
              () ->
                  fixture.changes(
                      "MINIMAL", List.of("SET sql_mode = ''", "INSERT INTO t (id) VALUES (1)")))
          .as(column)
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContainingAll("'" + fixture.table.id() + "'", "'unknown'", "binlog.0");
    }
  }

  @ParameterizedTest
  @EachRelease
  void leaveOutNothingWithoutAKey(MySqlRelease release) throws Exception {
    if (!hasPartialImages(release)) {
      return;
    }
    for (String image : IMAGES) {
      Fixture fixture =
          new Fixture(
              release,
              "CREATE TABLE t (a INT, b TEXT, c INT DEFAULT 9, UNIQUE KEY (a))",
              "INSERT INTO t VALUES (1, 'long', 2)");

      List<TableChange> changes =
          fixture.changes(
              image,
              List.of("UPDATE t SET c = 3", "REPLACE INTO t (a) VALUES (1)", "DELETE FROM t"));

      assertThat(changes).allMatch(TableChange::isWhole);
      // A REPLACE is logged as an update, or as a deletion and an insert.
      assertThat(changes.stream().map(NetEffect::after).filter(Objects::nonNull))
          .containsExactly(Row.of(1L, "long", 3L), Row.of(1L, null, 9L));
    }
  }

  @ParameterizedTest
  @EachRelease
  void haveTheKeyThatTheServerTellsRowsApartBy(MySqlRelease release) throws Exception {
    if (!hasPartialImages(release)) {
      return;
    }
    Fixture fixture =
        new Fixture(
            release,
            "CREATE TABLE t (z INT NOT NULL, a INT NOT NULL, c INT, UNIQUE KEY mm (z))",
            "ALTER TABLE t ADD UNIQUE KEY aa (a), ADD UNIQUE KEY nn (a, z)",
            "INSERT INTO t VALUES (1, 2, 3)");

    assertThat(fixture.table.identity().orElseThrow().name()).isEqualTo("mm");
    List<String> update = List.of("UPDATE t SET c = 4");
    if (release.family() == MySqlRelease.Family.MARIADB) {
      assertThatThrownBy(() -> fixture.changes("MINIMAL", update))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContainingAll("'" + fixture.table.id() + "'", "key 'aa'");
      return;
    }
    assertThat(fixture.changes("MINIMAL", update))
        .containsExactly(
            new RowUpdate(
                fixture.table, Row.of(1L, Row.ABSENT, Row.ABSENT), Row.of(1L, Row.ABSENT, 4L)));
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_0", "MYSQL_5_7"})
  void haveAKeyThatTheServerComputes(MySqlRelease release) throws Exception {
    Fixture fixture =
        new Fixture(
            release,
            "CREATE TABLE t (a INT, n INT, g INT AS (a * 2) STORED PRIMARY KEY)",
            "INSERT INTO t (a, n) VALUES (1, 1), (3, 1)");
    List<Row> before = fixture.rows();

    List<TableChange> changes =
        fixture.changes(
            "MINIMAL",
            List.of(
                "UPDATE t SET n = 4 WHERE a = 1",
                "UPDATE t SET a = 5 WHERE a = 3",
                "INSERT INTO t (a) VALUES (7)"));

    assertThat(changes)
        .containsExactly(
            new RowUpdate(
                fixture.table, Row.of(Row.ABSENT, Row.ABSENT, 2L), Row.of(Row.ABSENT, 4L, 2L)),
            new RowUpdate(
                fixture.table, Row.of(Row.ABSENT, Row.ABSENT, 6L), Row.of(5L, Row.ABSENT, 10L)),
            new RowInsert(fixture.table, Row.of(7L, null, 14L)));
    fixture.check(before, changes);
  }
}
