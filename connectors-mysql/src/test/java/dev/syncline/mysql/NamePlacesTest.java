package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.NamePlace.Role;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePlacesTest {
  private static final SqlVersion MYSQL = new SqlVersion(false, 80_031);
  private static final SqlVersion MARIADB = new SqlVersion(true, 101_105);

  private static NamePlaces places(String sql) {
    DdlParser.Parsed parsed = new DdlParser(MYSQL).parse(sql, SqlMode.DEFAULT);
    assertThat(DdlWords.of(parsed.statement())).isNotEqualTo("no");
    return parsed.names();
  }

  /** Every name that is surely one gets {@code _2} at its end. */
  private static DdlName second(NamePlace place) {
    DdlName name = place.name();
    if (place.role() == Role.MAYBE_COLUMN) {
      return name;
    }
    return new DdlName(
        name.database().isEmpty() ? "" : name.database() + "_2",
        name.name().isEmpty() ? "" : name.name() + "_2");
  }

  private static String described(NamePlaces places) {
    return places.all().stream()
        .map(
            place ->
                place.role().name().toLowerCase(Locale.ROOT)
                    + " "
                    + place.name()
                    + (place.name().equals(place.table()) ? "" : " of " + place.table()))
        .collect(Collectors.joining(", "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE db.t ADD COLUMN a INT AFTER b, DROP KEY k, RENAME TO u"
            + "|table db.t, column a of db.t, column b of db.t, key k of db.t, table u",
        "CREATE TABLE t (a INT, KEY k (a(5)), CONSTRAINT c FOREIGN KEY f (a) REFERENCES p (x))"
            + "|table t, column a of t, key k of t, column a of t, constraint c of t, key f of t,"
            + " column a of t, parent p, column x of p",
        "CREATE TABLE t (a INT AS (b + t.c * `db`.`t`.d) STORED)"
            + "|table t, column a of t, column b of t, qualifier t, column c of t,"
            + " qualifier db.t of t, column d of t",
        "CREATE TABLE t (a INT, CHECK (abs(a) > b AND c IS NOT NULL OR d IN ('x', e)))"
            + "|table t, column a of t, column a of t, column b of t, column c of t,"
            + " column d of t, column e of t",
        "CREATE TABLE t (a DATE DEFAULT (now() + INTERVAL b DAY))"
            + "|table t, column a of t, column b of t, maybe_column DAY of t",
        "CREATE TABLE t (a INT AS (extract(DAY FROM b)), KEY ((CAST(c AS CHAR(5) CHARSET latin1))))"
            + "|table t, column a of t, column b of t, column c of t",
        "CREATE TABLE t (a INT AS (b COLLATE utf8mb4_bin = _latin1'x' COLLATE latin1_bin))"
            + "|table t, column a of t, column b of t",
        "CREATE TABLE t (a INT, b INT) PARTITION BY RANGE (a + b) (PARTITION p VALUES LESS THAN"
            + " (1))|table t, column a of t, column b of t, column a of t, column b of t",
        "ALTER TABLE t PARTITION BY KEY (a, b)|table t, column a of t, column b of t",
        "ALTER TABLE t ORDER BY a DESC, b|table t, column a of t, column b of t",
        "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE db.u|table t, table db.u",
        "RENAME TABLE a TO b, db.c TO d|table a, table b, table db.c, table d",
        "DROP TABLE a, db.b|table a, table db.b",
        "CREATE TABLE t LIKE db.u|table t, table db.u",
        "CREATE INDEX k ON db.t (a, b)|key k of db.t, table db.t, column a of db.t, column b of"
            + " db.t",
        "DROP INDEX k ON t|key k of t, table t",
        "CREATE DATABASE d|database d.",
        "CREATE VIEW db.v AS SELECT 1|object db.v",
        "CREATE TRIGGER g BEFORE INSERT ON db.t FOR EACH ROW SET @a = 1|object g, table db.t",
        "CREATE TABLE t (a INT) ENGINE=MERGE UNION=(x, db.y)|table t, column a of t, table x, table"
            + " db.y",
      })
  void areFound(String sql, String expected) {
    assertThat(described(places(sql))).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER  TABLE db . t/*x*/ADD a INT|ALTER  TABLE `db_2`.`t_2`/*x*/ADD `a_2` INT",
        "CREATE TABLE`t`(`a`INT)|CREATE TABLE`t_2`(`a_2`INT)",
        "DROP TABLE `a``b`|DROP TABLE `a``b_2`",
        "ALTER TABLE t /*!50000 DROP a */|ALTER TABLE `t_2` /*!50000 DROP `a_2` */",
        "ALTER TABLE t RENAME COLUMN a TO b -- a|ALTER TABLE `t_2` RENAME COLUMN `a_2` TO `b_2` --"
            + " a",
      })
  void canBeReplaced(String sql, String expected) {
    assertThat(places(sql).rewritten(NamePlacesTest::second)).isEqualTo(expected);
  }

  @Test
  void namesGetBackTicksInEveryMode() {
    String sql = "ALTER TABLE \"db\".\"t\" ADD \"a\" INT, DROP \"b\"`c`";
    NamePlaces places =
        new DdlParser(MYSQL).parse(sql.replace("`c`", ""), new SqlMode(true, true)).names();

    assertThat(places.rewritten(NamePlacesTest::second))
        .isEqualTo("ALTER TABLE `db_2`.`t_2` ADD `a_2` INT, DROP `b_2`");
    assertThat(places.rewritten(p -> new DdlName("", p.name().name())))
        .isEqualTo("ALTER TABLE `t` ADD \"a\" INT, DROP \"b\"");
  }

  @Test
  void adjacentNamesDoNotGrowTogether() {
    NamePlaces places =
        new DdlParser(MYSQL).parse("CREATE INDEX i ON t (a)", SqlMode.DEFAULT).names();
    assertThat(places.unread()).isEmpty();

    String sql = "RENAME TABLE \"a\"TO`b`";
    assertThat(
            new DdlParser(MYSQL)
                .parse(sql, new SqlMode(true, true))
                .names()
                .rewritten(NamePlacesTest::second))
        .isEqualTo("RENAME TABLE `a_2`TO`b_2`");
  }

  @Test
  void anyServerTakesWhatTheSourceHasTaken() {
    String sql = "CREATE TABLE t (a INT /*!50000 NOT NULL */ /*!80032 COMMENT 'x' */)";

    assertThat(places(sql).rewrittenForAnyServer(NamePlace::name))
        .isEqualTo("CREATE TABLE t (a INT   NOT NULL    )");
  }

  @Test
  void saysWhereNamesMayBeUnread() {
    assertThat(places("CREATE VIEW v AS SELECT a FROM t").unread()).contains("the query of a view");
    assertThat(places("CREATE TABLE t AS SELECT a FROM u").unread())
        .contains("the query that fills the table");
    assertThat(places("CREATE PROCEDURE p() DELETE FROM t").unread())
        .contains("what a routine, trigger or event does");
    assertThat(places("DROP VIEW v").unread()).isEmpty();
    assertThat(places("CREATE TABLE t (a INT DEFAULT (1))").unread()).isEmpty();
  }

  @Test
  void sequencesInDefaultsAreNames() {
    DdlParser.Parsed parsed =
        new DdlParser(MARIADB)
            .parse("CREATE TABLE t (a INT DEFAULT (NEXT VALUE FOR db.s))", SqlMode.DEFAULT);

    assertThat(parsed.names().all()).anyMatch(p -> p.role() == Role.OBJECT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "57", "ma"})
  void rewrittenStatementsMeanTheSameOfOtherNames(String server) {
    DdlParser parser = new DdlParser(DdlCorpus.SERVERS.get(server));
    Function<NamePlace, DdlName> back =
        place -> {
          DdlName name = place.name();
          return new DdlName(
              name.database().replaceFirst("_2$", ""), name.name().replaceFirst("_2$", ""));
        };
    List<String> differences = new ArrayList<>();
    for (DdlCorpus.Entry entry : DdlCorpus.entries()) {
      DdlParser.Parsed parsed = parser.parse(entry.sql(), entry.mode());
      if (parsed.statement() instanceof DdlStatement.NotUnderstood) {
        continue;
      }
      if (!parsed.names().rewritten(NamePlace::name).equals(entry.sql())) {
        differences.add("not the same: " + entry.sql());
      }
      String other = parsed.names().rewritten(NamePlacesTest::second);
      DdlParser.Parsed again = parser.parse(other, entry.mode());
      DdlParser.Parsed third = parser.parse(again.names().rewritten(back), entry.mode());
      String words = DdlWords.of(parsed.statement()).replace("`", "").replace("\"", "");
      if (!DdlWords.of(third.statement()).replace("`", "").replace("\"", "").equals(words)) {
        differences.add(entry.sql() + "\n  " + other + "\n  " + third.statement());
      }
    }

    assertThat(differences).isEmpty();
  }
}
