package dev.syncline.mysql;

import static dev.syncline.mysql.StatementTranslationTest.NONE;
import static dev.syncline.mysql.StatementTranslationTest.SERVER;
import static dev.syncline.mysql.StatementTranslationTest.names;
import static dev.syncline.mysql.StatementTranslationTest.translated;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of statements the target has, and what not: views and the like, keys and checks. */
class StatementPartsAtTargetTest {

  private final StatementTranslationTest tables = new StatementTranslationTest();

  @BeforeEach
  void makeTables() {
    tables.makeTables();
  }

  private SchemaChange change(String sql, SqlMode mode) {
    return tables.change(sql, mode);
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

    assertThat(translated(change(sql, SqlMode.DEFAULT), names())).isEqualTo(expected);
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
}
