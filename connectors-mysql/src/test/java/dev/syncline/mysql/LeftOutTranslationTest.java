package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Statements on keys, checks and columns that the target does not have. */
class LeftOutTranslationTest extends TranslationTrial {

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
}
