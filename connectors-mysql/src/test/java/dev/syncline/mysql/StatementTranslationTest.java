package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementTranslationTest {

  private static final SqlVersion SERVER = new SqlVersion(false, 80_031);
  private static final DdlSession SESSION =
      new DdlSession("db", 0, true, 45, Optional.of(true), Map.of(), true, 0);
  private static final String NONE = "NONE";

  private static final Column ORIGIN =
      new Column(
          "origin",
          new ColumnType(ValueKind.TEXT, "varchar(129)", "utf8mb4", "utf8mb4_bin"),
          false,
          Column.Origin.WRITTEN);

  private final SchemaModel model = model("0");

  private static SchemaModel model(String lowerCase) {
    MySqlFacts facts =
        MySqlFacts.of(
            "8.0.31",
            Map.of("lower_case_table_names", lowerCase, "default_storage_engine", "InnoDB"));
    ServerCollations collations =
        new ServerCollations(
            Map.of("utf8mb4_general_ci", "utf8mb4", "latin1_bin", "latin1"),
            Map.of("utf8mb4", "utf8mb4_general_ci", "latin1", "latin1_bin"),
            Map.of(45, "utf8mb4_general_ci"),
            "utf8mb3");
    SchemaModel made =
        new SchemaModel(
            new ModelServer(facts, collations), id -> id.database().equalsIgnoreCase("db"));
    made.begin(List.of(), Map.of("db", "utf8mb4_general_ci"));
    return made;
  }

  /** A table {@code db.t} that is {@code dr.x} with other columns, and its parent. */
  @BeforeEach
  void makeTables() {
    change("CREATE TABLE p (id INT PRIMARY KEY)", SqlMode.DEFAULT);
    change(
        "CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(9), s INT, `k y` INT, u INT UNIQUE,"
            + " KEY by_s (s), KEY by_a (a), KEY both_of (a, s),"
            + " CONSTRAINT fk FOREIGN KEY (u) REFERENCES p (id))",
        SqlMode.DEFAULT);
  }

  private SchemaChange change(String sql, SqlMode mode) {
    return change(model, sql, mode, "0");
  }

  private static SchemaChange change(
      SchemaModel model, String sql, SqlMode mode, String lowerCase) {
    DdlStatement statement = new DdlParser(SERVER).parse(sql, mode).statement();
    if (statement instanceof DdlStatement.NotUnderstood not) {
      throw new AssertionError(not.reason());
    }
    return new SchemaChange(
        new SchemaChange.Statement(
            "mysql",
            sql,
            "db",
            Map.of(
                "sql_mode",
                mode.ansiQuotes() ? "ANSI_QUOTES" : "",
                StatementSettings.SERVER,
                SERVER.printed(),
                StatementSettings.LOWER_CASE,
                lowerCase)),
        model.apply(statement, SESSION));
  }

  private static GivenNames names() {
    return new GivenNames()
        .database("db", "dr")
        .table("db.t", "dr.x")
        .column("a", "alpha")
        .column("n", "new")
        .column("u", "uni")
        .column("charset", "set")
        .without("s")
        .without("s2");
  }

  private static String translated(SchemaChange change, TargetNames names) {
    return translated(change, names, TargetServer.of(SERVER));
  }

  private static String translated(SchemaChange change, TargetNames names, TargetServer server) {
    return TargetStatement.of(change, names, server)
        .statement()
        .map(TargetStatement::sql)
        .orElse(NONE);
  }

  private String translated(String sql) {
    return translated(change(sql, SqlMode.DEFAULT), names());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "ALTER TABLE t ADD COLUMN n INT|ALTER TABLE `dr`.`x` ADD COLUMN `new` INT",
        "alter  table db.t add n int after a , comment 'a,t'"
            + "|alter  table `dr`.`x` add `new` int after `alpha` , comment 'a,t'",
        "ALTER TABLE/* t */`t`/*c*/ADD`n`INT|ALTER TABLE/* t */`dr`.`x`/*c*/ADD`new`INT",
        "ALTER TABLE db . t ADD z INT|ALTER TABLE `dr`.`x` ADD z INT",
        "ALTER TABLE t ADD n INT AFTER s|ALTER TABLE `dr`.`x` ADD `new` INT ",
        "ALTER TABLE t ADD n INT AFTER s, ADD m INT|ALTER TABLE `dr`.`x` ADD `new` INT , ADD m INT",
        "ALTER TABLE t ADD s2 INT|NONE",
        "ALTER TABLE t ADD s2 INT, ALGORITHM=INPLACE, LOCK=NONE|NONE",
        "ALTER TABLE t DROP s|NONE",
        "ALTER TABLE t DROP KEY by_s|NONE",
        "ALTER TABLE t DROP KEY both_of, DROP KEY by_a|ALTER TABLE `dr`.`x` DROP KEY by_a",
        "ALTER TABLE t DROP s, DROP a|ALTER TABLE `dr`.`x` DROP `alpha`",
        "ALTER TABLE t DROP a, DROP s|ALTER TABLE `dr`.`x` DROP `alpha`",
        "ALTER TABLE t ADD s2 INT, DROP s, ADD (n INT, s3 INT), COMMENT='x'"
            + "|ALTER TABLE `dr`.`x` ADD (`new` INT, s3 INT), COMMENT='x'",
        "ALTER TABLE t ADD (s2 INT, n INT, KEY nn (n), KEY (s2))"
            + "|ALTER TABLE `dr`.`x` ADD (`new` INT, KEY nn (`new`))",
        "ALTER TABLE t MODIFY a TEXT, MODIFY s BIGINT|ALTER TABLE `dr`.`x` MODIFY `alpha` TEXT",
        "ALTER TABLE t CHANGE a b INT|ALTER TABLE `dr`.`x` CHANGE `alpha` b INT",
        "ALTER TABLE t RENAME COLUMN a TO n|ALTER TABLE `dr`.`x` RENAME COLUMN `alpha` TO `new`",
        "ALTER TABLE t ALTER a SET DEFAULT 'a'|ALTER TABLE `dr`.`x` ALTER `alpha` SET DEFAULT 'a'",
        "ALTER TABLE t ALTER s SET DEFAULT 3|NONE",
        "ALTER TABLE t ALTER s SET INVISIBLE|NONE",
        "ALTER TABLE t DROP s, ALTER INDEX by_a INVISIBLE"
            + "|ALTER TABLE `dr`.`x` ALTER INDEX by_a INVISIBLE",
        "ALTER TABLE t ALTER a SET INVISIBLE|ALTER TABLE `dr`.`x` ALTER `alpha` SET INVISIBLE",
        "ALTER TABLE t RENAME KEY by_s TO k|NONE",
        "ALTER TABLE t RENAME KEY by_a TO k|ALTER TABLE `dr`.`x` RENAME KEY by_a TO k",
        "ALTER TABLE t ADD KEY (a)|ALTER TABLE `dr`.`x` ADD KEY `a` (`alpha`)",
        "ALTER TABLE t ADD UNIQUE KEY USING BTREE (a(3), id)"
            + "|ALTER TABLE `dr`.`x` ADD UNIQUE KEY `a` USING BTREE (`alpha`(3), id)",
        "ALTER TABLE t ADD n INT UNIQUE"
            + "|ALTER TABLE `dr`.`x` ADD `new` INT , ADD UNIQUE KEY `n` (`new`)",
        "ALTER TABLE t ADD n SERIAL|ALTER TABLE `dr`.`x` ADD `new` BIGINT UNSIGNED NOT NULL"
            + " AUTO_INCREMENT, ADD UNIQUE KEY `n` (`new`)",
        "ALTER TABLE t ADD n INT SERIAL DEFAULT VALUE FIRST|ALTER TABLE `dr`.`x` ADD `new` INT"
            + " NOT NULL AUTO_INCREMENT FIRST, ADD UNIQUE KEY `n` (`new`)",
        "ALTER TABLE t ADD INDEX i (s, a)|NONE",
        "ALTER TABLE t DROP a, ADD A INT|ALTER TABLE `dr`.`x` DROP `alpha`, ADD A INT",
        "ALTER TABLE t CHANGE a A INT|ALTER TABLE `dr`.`x` CHANGE `alpha` A INT",
        "ALTER TABLE t RENAME COLUMN a TO b, ADD A INT"
            + "|ALTER TABLE `dr`.`x` RENAME COLUMN `alpha` TO b, ADD A INT",
        "ALTER TABLE t DROP FOREIGN KEY t_ibfk_3|ALTER TABLE `dr`.`x` DROP FOREIGN KEY `x_ibfk_3`",
        "ALTER TABLE t DROP FOREIGN KEY fk|ALTER TABLE `dr`.`x` DROP FOREIGN KEY fk",
        "ALTER TABLE t ADD FOREIGN KEY (`k y`) REFERENCES p (id)"
            + "|ALTER TABLE `dr`.`x` ADD FOREIGN KEY (`k y`) REFERENCES `dr`.`p` (id)",
        "ALTER TABLE t ADD FOREIGN KEY (s) REFERENCES p (id), ADD FOREIGN KEY (a) REFERENCES p (id)"
            + "|ALTER TABLE `dr`.`x` ADD CONSTRAINT `x_ibfk_2` FOREIGN KEY (`alpha`) REFERENCES"
            + " `dr`.`p` (id)",
        "ALTER TABLE t ADD g INT AS (char_length(a) + t.`k y`)"
            + "|ALTER TABLE `dr`.`x` ADD g INT AS (char_length(`alpha`) + `x`.`k y`)",
        "ALTER TABLE t ADD CHECK (a > 'a')|ALTER TABLE `dr`.`x` ADD CHECK (`alpha` > 'a')",
        "ALTER TABLE t ADD CHECK (s > 3)|NONE",
        "ALTER TABLE t ADD CHECK (CHARSET(a) = 'x' AND CONVERT(a, CHAR CHARSET utf8mb4) > ''"
            + " AND CONVERT(a, CHAR(3) CHARSET utf8mb4) > '')|ALTER TABLE `dr`.`x` ADD CHECK"
            + " (CHARSET(`alpha`) = 'x' AND CONVERT(`alpha`, CHAR CHARSET utf8mb4) > '' AND"
            + " CONVERT(`alpha`, CHAR(3) CHARSET utf8mb4) > '')",
        "ALTER TABLE t ADD charset INT, ADD CHECK (charset > 3 AND (charset) < t.charset)"
            + "|ALTER TABLE `dr`.`x` ADD `set` INT, ADD CHECK (`set` > 3 AND (`set`) < `x`.`set`)",
        "ALTER TABLE t ADD CONSTRAINT t_chk_1 CHECK (a > 'a'), ADD CONSTRAINT t_chk_b CHECK (1)"
            + "|ALTER TABLE `dr`.`x` ADD CONSTRAINT `x_chk_1` CHECK (`alpha` > 'a'),"
            + " ADD CONSTRAINT t_chk_b CHECK (1)",
        "ALTER TABLE t DROP CHECK t_chk_2|ALTER TABLE `dr`.`x` DROP CHECK `x_chk_2`",
        "ALTER TABLE t ADD INDEX f ((upper(a)))"
            + "|ALTER TABLE `dr`.`x` ADD INDEX f ((upper(`alpha`)))",
        "ALTER TABLE t ORDER BY s|NONE",
        "ALTER TABLE t CONVERT TO CHARSET utf8mb4|ALTER TABLE `dr`.`x` CONVERT TO CHARSET utf8mb4",
        "ALTER TABLE t DROP s /*!50000 , ADD n INT */|ALTER TABLE `dr`.`x` ADD `new` INT",
        "ALTER TABLE t /*!50000 ADD n INT */ /*!99999 , ADD m INT */"
            + "|ALTER TABLE `dr`.`x`   ADD `new` INT    ",
        "ALTER TABLE t RENAME TO t2|ALTER TABLE `dr`.`x` RENAME TO `dr`.`t2`",
        "ALTER TABLE t PARTITION BY KEY (id)|ALTER TABLE `dr`.`x` PARTITION BY KEY (id)",
        "CREATE INDEX i ON t (a)|CREATE INDEX i ON `dr`.`x` (`alpha`)",
        "CREATE INDEX i ON t (a, s)|NONE",
        "DROP INDEX by_s ON t|NONE",
        "DROP INDEX by_a ON t|DROP INDEX by_a ON `dr`.`x`",
        "RENAME TABLE t TO t2, p TO q|RENAME TABLE `dr`.`x` TO `dr`.`t2`, `dr`.`p` TO `dr`.`q`",
        "DROP TABLE IF EXISTS t, none|DROP TABLE IF EXISTS `dr`.`x`",
        "DROP TABLE IF EXISTS none|NONE",
        "TRUNCATE t|TRUNCATE TABLE `dr`.`x`",
        "DROP DATABASE db|DROP TABLE IF EXISTS `dr`.`x`, `dr`.`p`",
        "ALTER TABLE t DROP KEY by_a, DROP KEY u, ADD UNIQUE (u, id)"
            + "|ALTER TABLE `dr`.`x` DROP KEY by_a, DROP KEY u, ADD UNIQUE `u` (`uni`, id)",
        "CREATE DATABASE db2|CREATE DATABASE db2",
        "CREATE DATABASE db CHARACTER SET latin1"
            + "|CREATE DATABASE IF NOT EXISTS `dr` CHARACTER SET latin1",
        "ALTER DATABASE COLLATE latin1_bin|ALTER DATABASE `dr` COLLATE latin1_bin",
        "ALTER SCHEMA db COLLATE latin1_bin|ALTER SCHEMA `dr` COLLATE latin1_bin",
        "CREATE TABLE l LIKE t|CREATE TABLE `dr`.`l` LIKE `dr`.`x`",
      })
  void replacesNames(String sql, String expected) {
    assertThat(translated(sql).strip()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "CREATE TABLE c (id INT PRIMARY KEY, a INT)"
            + "|CREATE TABLE `dr`.`c` (id INT PRIMARY KEY, `alpha` INT)"
            + " COLLATE=utf8mb4_general_ci",
        "CREATE TABLE c (id INT PRIMARY KEY, s INT, a INT UNIQUE, KEY (a, id), KEY (s))"
            + " DEFAULT CHARSET=latin1"
            + "|CREATE TABLE `dr`.`c` (id INT PRIMARY KEY, `alpha` INT , KEY `a_2` (`alpha`, id),"
            + " UNIQUE KEY `a` (`alpha`)) DEFAULT CHARSET=latin1",
        "CREATE TABLE c (s INT, a INT, PRIMARY KEY (a), CHECK (s > 0), CHECK (a > 0),"
            + " FOREIGN KEY (a) REFERENCES t (id)) COLLATE latin1_bin"
            + "|CREATE TABLE `dr`.`c` (`alpha` INT, PRIMARY KEY (`alpha`), CHECK (`alpha` > 0),"
            + " FOREIGN KEY (`alpha`) REFERENCES `dr`.`x` (id))"
            + " COLLATE latin1_bin",
        "CREATE TABLE c (a INT, FOREIGN KEY (a) REFERENCES p (id), FOREIGN KEY (a) REFERENCES p"
            + " (id), FOREIGN KEY (a) REFERENCES t (id)) COLLATE latin1_bin"
            + "|CREATE TABLE `dr`.`c` (`alpha` INT, FOREIGN KEY (`alpha`) REFERENCES `dr`.`p` (id),"
            + " FOREIGN KEY (`alpha`) REFERENCES `dr`.`p` (id), FOREIGN KEY (`alpha`) REFERENCES"
            + " `dr`.`x` (id)) COLLATE latin1_bin",
        "CREATE TABLE c (a SERIAL) COLLATE latin1_bin|CREATE TABLE `dr`.`c` (`alpha` BIGINT"
            + " UNSIGNED NOT NULL AUTO_INCREMENT, UNIQUE KEY `a` (`alpha`)) COLLATE latin1_bin",
        "CREATE TABLE t9 (a INT, s INT, FOREIGN KEY (s) REFERENCES p (id), FOREIGN KEY (a)"
            + " REFERENCES p (id), FOREIGN KEY (a) REFERENCES p (id)) COLLATE latin1_bin"
            + "|CREATE TABLE `dr`.`t9` (`alpha` INT, CONSTRAINT `t9_ibfk_2` FOREIGN KEY (`alpha`)"
            + " REFERENCES `dr`.`p` (id), CONSTRAINT `t9_ibfk_3` FOREIGN KEY (`alpha`) REFERENCES"
            + " `dr`.`p` (id)) COLLATE latin1_bin",
      })
  void makesTables(String sql, String expected) {
    assertThat(translated(sql)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ADD g INT AS (s + 1)",
        "ALTER TABLE t CHANGE a s2 INT",
        "ALTER TABLE t RENAME COLUMN s TO b",
        "CREATE TABLE c (id INT PRIMARY KEY, s INT, g INT AS (s))",
        "CREATE TABLE c (id INT, s INT) PARTITION BY HASH (s)",
        "ALTER TABLE t MODIFY A INT",
        "CREATE TABLE c (a INT, FOREIGN KEY (a) REFERENCES p (id)) ENGINE=MyISAM",
        "ALTER TABLE t PARTITION BY HASH (s)",
      })
  void stopsAtWhatItCannotSay(String sql) {
    SchemaChange change = change(sql, SqlMode.DEFAULT);

    assertThatThrownBy(() -> translated(change, names()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("IGNORE");
  }

  /** The tables of database {@code db} are others at the target, those of {@code o} are not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "CREATE VIEW o.v AS SELECT a.id FROM o.x a|o|CREATE VIEW o.v AS SELECT a.id FROM o.x a|",
        "CREATE VIEW v AS SELECT id FROM x|o|CREATE VIEW v AS SELECT id FROM x|",
        "CREATE OR REPLACE VIEW v AS SELECT id FROM /* t */ `db` . t|o|NONE|VIEW o.v",
        "CREATE VIEW o.v AS SELECT id FROM t|db|NONE|VIEW o.v",
        "ALTER VIEW v AS SELECT 1|db|NONE|VIEW db.v",
        "DROP VIEW o.v|db|DROP VIEW o.v|",
        "DROP VIEW v|db|NONE|VIEW db.v",
        "DROP VIEW v, db.w, o.u|o|DROP VIEW IF EXISTS `o`.`v`, `o`.`u`|VIEW db.w",
        "CREATE PROCEDURE o.p() SELECT id FROM db.t|db|CREATE PROCEDURE o.p() SELECT id FROM db.t|",
        "CREATE FUNCTION f() RETURNS INT RETURN 1|db|NONE|FUNCTION db.f",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1|db|NONE|TRIGGER db.tr",
        "ALTER EVENT o.e RENAME TO db.e|o|NONE|EVENT o.e",
        "ALTER EVENT o.e COMMENT 'x'|o|ALTER EVENT o.e COMMENT 'x'|",
        "RENAME TABLE o.v TO o.w|db|RENAME TABLE `o`.`v` TO `o`.`w`|",
        "RENAME TABLE v TO w|db|NONE|VIEW db.v",
        "RENAME TABLE t TO t2, o.v TO o.w, p TO t, v TO w|db|RENAME TABLE `dr`.`x` TO `dr`.`t2`,"
            + " `o`.`v` TO `o`.`w`, `dr`.`p` TO `dr`.`x`|VIEW db.v",
      })
  void keepsWhatSpeaksOfNothingThatIsChanged(
      String sql, String database, String expected, String leftOut) {
    TargetStatement.Brought brought =
        TargetStatement.of(changeIn(database, sql), names(), TargetServer.of(SERVER));

    assertThat(brought.statement().map(TargetStatement::sql).orElse(NONE)).isEqualTo(expected);
    assertThat(brought.leftOut().stream().map(left -> left.kind() + " " + left.name()))
        .isEqualTo(leftOut == null ? List.of() : List.of(leftOut));
    assertThat(brought.statement().map(TargetStatement::database).orElse("dr"))
        .isEqualTo(database.equals("o") && brought.statement().isPresent() ? "o" : "dr");
  }

  private SchemaChange changeIn(String database, String sql) {
    SchemaChange made = change(sql, SqlMode.DEFAULT);
    SchemaChange.Statement given = made.statement().orElseThrow();
    return new SchemaChange(
        new SchemaChange.Statement(given.dialect(), sql, database, given.settings()),
        made.effects());
  }

  /** The target has the tables under their names already, by its own rule. */
  @Test
  void renamesViewsBesideTablesThatNeedIt() {
    SchemaChange change = change("RENAME TABLE t TO T, v TO w", SqlMode.DEFAULT);
    TargetServer folding =
        new TargetServer(SERVER, new NameFolding(true, true), Map.of(), Map.of());

    assertThat(translated(change, TargetNames.asAtSource(), folding))
        .isEqualTo("RENAME TABLE `db`.`v` TO `db`.`w`");
    assertThat(
            translated(
                change("RENAME TABLE T TO t", SqlMode.DEFAULT), TargetNames.asAtSource(), folding))
        .isEqualTo(NONE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "ALTER TABLE t DROP s|ALTER TABLE `dr`.`x` ADD UNIQUE KEY `k` (`alpha`), ADD UNIQUE KEY `l`"
            + " (`id`,`uni`)",
        "ALTER TABLE t DROP KEY l, DROP s|ALTER TABLE `dr`.`x` ADD UNIQUE KEY `k` (`alpha`)",
        "ALTER TABLE t DROP INDEX l, DROP s, ADD n INT, LOCK=NONE"
            + "|ALTER TABLE `dr`.`x` ADD `new` INT, LOCK=NONE, ADD UNIQUE KEY `k` (`alpha`)",
        "ALTER TABLE t DROP KEY k, ADD UNIQUE k (a), DROP KEY l, DROP s"
            + "|ALTER TABLE `dr`.`x` ADD UNIQUE k (`alpha`)",
      })
  void makesKeysThatLoseTheColumnThatIsLeftOut(String sql, String expected) {
    change("ALTER TABLE t ADD UNIQUE k (s, a), ADD UNIQUE l (id, s, u)", SqlMode.DEFAULT);

    assertThat(translated(sql)).isEqualTo(expected);
  }

  @Test
  void stopsWhereSuchAKeyIsNotWhollyKnown() {
    change("ALTER TABLE t ADD UNIQUE k (s, a(3))", SqlMode.DEFAULT);
    SchemaChange change = change("ALTER TABLE t DROP s", SqlMode.DEFAULT);

    assertThatThrownBy(() -> translated(change, names()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("key 'k' is over expressions or beginnings of columns");
  }

  /** Which keys over expressions, and which checks, the target has is not in definitions. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "ALTER TABLE t ALTER INDEX by_s INVISIBLE|NONE",
        "ALTER TABLE t ALTER INDEX by_s INVISIBLE, ALTER INDEX by_a INVISIBLE"
            + "|ALTER TABLE `dr`.`x` ALTER INDEX by_a INVISIBLE",
        "ALTER TABLE t DROP INDEX of_s|NONE",
        "DROP INDEX of_s ON t|NONE",
        "DROP INDEX of_a ON t|DROP INDEX of_a ON `dr`.`x`",
        "ALTER TABLE t RENAME KEY of_s TO k, RENAME KEY of_a TO l"
            + "|ALTER TABLE `dr`.`x` RENAME KEY of_a TO l",
        "ALTER TABLE t DROP CHECK c_of_s|NONE",
        "ALTER TABLE t DROP CONSTRAINT c_of_s, DROP CHECK C_of_a"
            + "|ALTER TABLE `dr`.`x` DROP CHECK C_of_a",
        "ALTER TABLE t ALTER CHECK c_of_s NOT ENFORCED|NONE",
        "ALTER TABLE t ALTER CHECK c_of_a NOT ENFORCED"
            + "|ALTER TABLE `dr`.`x` ALTER CHECK c_of_a NOT ENFORCED",
        // Its number may be another one.
        "ALTER TABLE t DROP CHECK t_chk_3|ALTER TABLE `dr`.`x` DROP CHECK `x_chk_3`",
      })
  void leavesOutWhatTheTargetDoesNotHave(String sql, String expected) {
    change("ALTER TABLE t ADD KEY of_s ((s + 1)), ADD KEY of_a ((upper(a)))", SqlMode.DEFAULT);
    TableId table = new TableId("dr", "x");
    TargetServer server =
        new TargetServer(
            SERVER,
            new NameFolding(false, false),
            Map.of(table, Set.of("primary", "by_a", "of_a", "u")),
            Map.of(table, Set.of("primary", "c_of_a", "x_chk_1")));

    assertThat(translated(change(sql, SqlMode.DEFAULT), names(), server).strip())
        .isEqualTo(expected);
  }

  /** It is a keyword where it stands, or a column. */
  @Test
  void stopsAtAWordThatMayBeAColumn() {
    change("ALTER TABLE t ADD `date` INT", SqlMode.DEFAULT);
    SchemaChange change = change("ALTER TABLE t ADD CHECK (date > 3)", SqlMode.DEFAULT);

    assertThat(translated(change, names())).isEqualTo("ALTER TABLE `dr`.`x` ADD CHECK (date > 3)");
    assertThatThrownBy(() -> translated(change, names().column("date", "day")))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("the word 'date'");
  }

  @Test
  void leavesOutForeignKeysOnColumnsThatAreNotThere() {
    assertThat(translated("CREATE TABLE c (id INT PRIMARY KEY, s INT, KEY k (s))"))
        .doesNotContain(" s INT");

    assertThat(translated("ALTER TABLE c ADD CONSTRAINT fs FOREIGN KEY (s) REFERENCES p (id)"))
        .isEqualTo(NONE);
    assertThat(translated("ALTER TABLE c DROP FOREIGN KEY fs, ADD n INT"))
        .isEqualTo("ALTER TABLE `dr`.`c` ADD `new` INT");
    translated("ALTER TABLE c ADD CONSTRAINT fs2 FOREIGN KEY (s) REFERENCES p (id)");
    assertThat(translated("ALTER TABLE c DROP CONSTRAINT fs2")).isEqualTo(NONE);
  }

  @Test
  void readsQuotesAsTheSessionDid() {
    SqlMode ansi = new SqlMode(true, true);
    SchemaChange change =
        change("ALTER TABLE \"t\" ADD \"n\" INT, ADD m CHAR(3) DEFAULT 'a\"t\"'", ansi);

    assertThat(translated(change, names()))
        .isEqualTo("ALTER TABLE `dr`.`x` ADD `new` INT, ADD m CHAR(3) DEFAULT 'a\"t\"'");
  }

  /** Some words mean what it has, such as CONVERT TO CHARACTER SET DEFAULT. */
  @Test
  void keepsTheDefaultDatabase() {
    SchemaChange change = change("ALTER TABLE t CONVERT TO CHARSET DEFAULT", SqlMode.DEFAULT);

    assertThat(
            TargetStatement.of(change, names(), TargetServer.of(SERVER))
                .statement()
                .map(TargetStatement::database))
        .contains("dr");
  }

  @Test
  void leavesAStatementAsItIsIfNothingHasAnotherName() {
    String sql = "ALTER TABLE t /*!50000 ADD n INT */ # end";

    assertThat(translated(change(sql, SqlMode.DEFAULT), new GivenNames())).isEqualTo(sql);
  }

  /** The target may tell upper from lower case where the source does not. */
  @Test
  void writesNamesAsASourceKeepsThemThatFoldsThem() {
    SchemaModel folding = model("1");
    change(folding, "CREATE TABLE Orders (id INT PRIMARY KEY)", SqlMode.DEFAULT, "1");

    assertThat(
            translated(
                change(folding, "ALTER TABLE ORDERS ADD N INT", SqlMode.DEFAULT, "1"),
                new GivenNames()))
        .isEqualTo("ALTER TABLE `db`.`orders` ADD N INT");
    assertThat(
            translated(
                change(folding, "RENAME TABLE Orders TO Other", SqlMode.DEFAULT, "1"),
                new GivenNames()))
        .isEqualTo("RENAME TABLE `db`.`orders` TO `db`.`other`");
    assertThat(
            translated(change(folding, "DROP DATABASE db", SqlMode.DEFAULT, "1"), new GivenNames()))
        .isEqualTo("DROP DATABASE db");
  }

  @Test
  void addsNothingToColumnsThatTheTargetMakes() {
    GivenNames names = new GivenNames().making(ORIGIN);

    assertThat(translated(change("ALTER TABLE t ADD n INT", SqlMode.DEFAULT), names))
        .isEqualTo("ALTER TABLE t ADD n INT");
    assertThat(translated(change("CREATE TABLE c (id INT PRIMARY KEY)", SqlMode.DEFAULT), names))
        .isEqualTo(
            "CREATE TABLE c (id INT PRIMARY KEY, `origin` varchar(129) CHARACTER SET utf8mb4"
                + " COLLATE utf8mb4_bin NOT NULL) COLLATE=utf8mb4_general_ci");
    SchemaChange converts = change("ALTER TABLE t CONVERT TO CHARSET latin1", SqlMode.DEFAULT);
    assertThatThrownBy(() -> translated(converts, names))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("origin");
  }

  @Test
  void widensTheKeysOfTablesThatAreMerged() {
    GivenNames names = new GivenNames().table("db.c", "db.all").merged(ORIGIN);

    assertThat(
            translated(
                change("CREATE TABLE c (id INT PRIMARY KEY, v INT)", SqlMode.DEFAULT), names))
        .isEqualTo(
            "CREATE TABLE `db`.`all` (id INT , v INT, `origin` varchar(129) CHARACTER SET utf8mb4"
                + " COLLATE utf8mb4_bin NOT NULL, PRIMARY KEY (`id`,`origin`))"
                + " COLLATE=utf8mb4_general_ci");
  }

  /** Under what names a view gives its columns stays as it is written. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "CREATE VIEW V AS SELECT Id FROM T|CREATE VIEW `v` AS SELECT Id FROM t",
        "ALTER VIEW DB.V AS SELECT T.Id, `A`.* FROM T JOIN Db.`X` A ON A.Id = T.Id WHERE T.Id > 1"
            + "|ALTER VIEW `db`.`v` AS SELECT t.Id, `a`.* FROM t join db.`x` a on a.id = t.id"
            + " WHERE t.Id > 1",
        "CREATE VIEW v (B) AS SELECT Id FROM t UNION SELECT 'T' FROM U ORDER BY Id"
            + "|CREATE VIEW v (B) AS SELECT Id FROM t UNION SELECT 'T' FROM u ORDER BY Id",
        "CREATE VIEW v AS SELECT D.Id AS C FROM (SELECT Id FROM T) D, (t JOIN U)"
            + "|CREATE VIEW v AS SELECT d.Id AS C FROM (SELECT Id FROM t) d, (t join u)",
        "CREATE VIEW v AS SELECT (SELECT Max(Id) FROM T) AS M, Id FROM U LIMIT 1"
            + "|CREATE VIEW v AS SELECT (SELECT Max(Id) FROM t) AS M, Id FROM u LIMIT 1",
        "DROP VIEW IF EXISTS V, Db.W|DROP VIEW IF EXISTS `v`, `db`.`w`",
        "RENAME TABLE V TO W|RENAME TABLE `db`.`v` TO `db`.`w`",
      })
  void viewsOfASourceThatFoldsNamesNameTablesAsTheTargetHasThem(String sql, String expected) {
    assertThat(translated(change(model("1"), sql, SqlMode.DEFAULT, "1"), TargetNames.asAtSource()))
        .isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0000',
      value = {
        "ALTER TABLE t ADD n INT|ALTER TABLE `db`.`all` ADD n INT",
        "ALTER TABLE t ADD n INT NOT NULL DEFAULT 3|ALTER TABLE `db`.`all` ADD n INT NOT NULL"
            + " DEFAULT 3",
        "ALTER TABLE t ADD n INT NOT NULL|STOP",
        "ALTER TABLE t ADD n TIMESTAMP DEFAULT CURRENT_TIMESTAMP|STOP",
        "ALTER TABLE t ADD n INT UNIQUE|STOP",
        "ALTER TABLE t ADD KEY (a)|STOP",
        "ALTER TABLE t DROP a|STOP",
        "ALTER TABLE t MODIFY a TEXT|STOP",
        "CREATE INDEX i ON t (a)|STOP",
      })
  void onlyAddsColumnsToTablesThatAreMerged(String sql, String expected) {
    GivenNames names = new GivenNames().table("db.t", "db.all").merged(ORIGIN);
    SchemaChange change = change(sql, SqlMode.DEFAULT);

    if (expected.equals("STOP")) {
      assertThatThrownBy(() -> translated(change, names))
          .isInstanceOf(UnsupportedChangeException.class);
    } else {
      assertThat(translated(change, names)).isEqualTo(expected);
    }
  }

  /** A transform makes {@code s} anew, in the place of what the source has. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE t MODIFY s DECIMAL(9,2)|converted on its way",
        "ALTER TABLE t MODIFY s INT ZEROFILL|converted on its way",
        "ALTER TABLE t MODIFY s VARCHAR(20)|converted on its way",
        "ALTER TABLE t MODIFY s BIGINT|",
        "ALTER TABLE t MODIFY s INT COMMENT 'x' AFTER a|",
      })
  void stopsWhereWhatIsMadeOfAColumnMayBeOther(String sql, String message) {
    Column made =
        new Column(
            "s",
            new ColumnType(ValueKind.TEXT, "varchar(64)", "latin1", "latin1_bin"),
            true,
            Column.Origin.WRITTEN);
    GivenNames names = new GivenNames().without("s").making(made);
    SchemaChange change = change(sql, SqlMode.DEFAULT);

    if (message == null) {
      assertThat(translated(change, names)).isEqualTo(NONE);
    } else {
      assertThatThrownBy(() -> translated(change, names)).hasMessageContaining(message);
    }
  }
}
