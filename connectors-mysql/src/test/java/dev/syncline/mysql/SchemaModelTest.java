package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Arrived;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaModelTest {
  private static final Map<String, String> CHARSETS =
      Map.of("utf8mb4_general_ci", "utf8mb4", "utf8mb4_bin", "utf8mb4", "latin1_bin", "latin1");
  private static final DdlSession SESSION =
      new DdlSession("db", 0, true, 45, Optional.of(true), Map.of(), true, 0);

  private final SchemaModel model = model("0");

  private static SchemaModel model(String lowerCaseTableNames) {
    return model("8.0.31", lowerCaseTableNames);
  }

  private static SchemaModel model(String version, String lowerCaseTableNames) {
    MySqlFacts facts =
        MySqlFacts.of(
            version,
            Map.of(
                "lower_case_table_names", lowerCaseTableNames, "default_storage_engine", "InnoDB"));
    ServerCollations collations =
        new ServerCollations(
            CHARSETS,
            Map.of("utf8mb4", "utf8mb4_general_ci", "latin1", "latin1_bin"),
            Map.of(45, "utf8mb4_general_ci"),
            "utf8mb3");
    SchemaModel made =
        new SchemaModel(
            new ModelServer(facts, collations),
            id -> id.database().equals("db") && !id.name().startsWith("other"));
    made.begin(List.of(), Map.of("db", "utf8mb4_general_ci"));
    return made;
  }

  private List<TableEffect> apply(String sql) {
    return apply(model, sql, SESSION);
  }

  private static List<TableEffect> apply(SchemaModel model, String sql, DdlSession session) {
    DdlStatement statement =
        new DdlParser(new SqlVersion(false, 80_031)).parse(sql, SqlMode.DEFAULT).statement();
    return model.apply(statement, session);
  }

  private static List<String> names(TableDefinition table) {
    return table.columns().stream().map(Column::name).toList();
  }

  @Test
  void saysWhereColumnsWereBefore() {
    apply("CREATE TABLE t (a INT, b INT, c INT)");

    Altered altered =
        (Altered)
            apply("ALTER TABLE t ADD x INT FIRST, DROP b, CHANGE a c INT, CHANGE c a INT AFTER x")
                .get(0);

    assertThat(names(altered.before())).containsExactly("a", "b", "c");
    assertThat(names(altered.after())).containsExactly("x", "a", "c");
    assertThat(altered.origins()).containsExactly(-1, 2, 0);
  }

  @Test
  void dropsTheTablesOfADatabaseBeforeTheirParents() {
    apply("CREATE TABLE a (id INT PRIMARY KEY)");
    apply("CREATE TABLE b (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES a (id))");
    apply("CREATE TABLE c (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES b (id))");
    apply("ALTER TABLE a ADD p INT, ADD FOREIGN KEY (p) REFERENCES a (id)");

    assertThat(apply("DROP DATABASE db").stream().map(effect -> effect.table().name()))
        .containsExactly("c", "b", "a");
  }

  /** What rows get must be the same wherever they are. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t ADD id INT AUTO_INCREMENT PRIMARY KEY",
        "ALTER TABLE m ADD id INT AUTO_INCREMENT UNIQUE",
        "ALTER TABLE k ADD u CHAR(36) DEFAULT (concat('x', UUID()))",
        "ALTER TABLE k ADD r DOUBLE DEFAULT (rand())",
      })
  void stopsWhereRowsGetValuesOfTheirServer(String sql) {
    apply("CREATE TABLE t (a INT, KEY (a))");
    apply("CREATE TABLE m (a INT PRIMARY KEY) ENGINE=MyISAM");
    apply("CREATE TABLE k (a INT PRIMARY KEY)");

    assertThatThrownBy(() -> apply(sql)).isInstanceOf(UnknownEffectException.class);

    apply("CREATE TABLE other_t (a INT)");
    assertThat(apply(sql.replaceFirst("TABLE [tmk]", "TABLE other_t"))).isEmpty();
  }

  @Test
  void numbersRowsInTheOrderOfTheirKey() {
    apply("CREATE TABLE t (a INT NOT NULL, UNIQUE (a))");

    apply("ALTER TABLE t ADD id INT AUTO_INCREMENT PRIMARY KEY, ADD u INT DEFAULT (1 + 1)");

    assertThat(apply("ALTER TABLE t ADD c INT")).hasSize(1);
  }

  @Test
  void takesASwapInItsOrder() {
    apply("CREATE TABLE a (x INT)");
    apply("CREATE TABLE b (y INT)");

    List<TableEffect> effects = apply("RENAME TABLE a TO tmp, b TO a, tmp TO b");

    assertThat(effects).hasSize(3).allMatch(effect -> effect instanceof Renamed);
    assertThat(names(model.table(new TableId("db", "a")).orElseThrow())).containsExactly("y");
    assertThat(names(model.table(new TableId("db", "b")).orElseThrow())).containsExactly("x");
  }

  @Test
  void letsForeignKeysFollowTheirParent() {
    apply("CREATE TABLE p (id INT PRIMARY KEY)");
    apply("CREATE TABLE c (a INT, FOREIGN KEY (a) REFERENCES p (id))");

    List<TableEffect> effects = apply("RENAME TABLE p TO q");

    Altered child = (Altered) effects.get(1);
    assertThat(child.table()).isEqualTo(new TableId("db", "c"));
    assertThat(child.after().foreignKeys().get(0).parent()).isEqualTo(new TableId("db", "q"));
    assertThat(child.origins()).containsExactly(0);
  }

  @Test
  void tellsOfATableThatLeaves() {
    apply("CREATE TABLE t (a INT)");

    Renamed left = (Renamed) apply("ALTER TABLE t RENAME TO other").get(0);

    assertThat(left.after().id()).isEqualTo(new TableId("db", "other"));
    assertThat(apply("ALTER TABLE other ADD b INT")).isEmpty();
    assertThat(apply("DROP TABLE other")).isEmpty();
  }

  @Test
  void tellsOfATableThatArrivesAndPassesOverItUntilItIsMadeAnew() {
    TableId t = new TableId("db", "t");
    apply("CREATE TABLE t (a INT)");

    List<TableEffect> effects = apply("RENAME TABLE t TO other_old, other TO t");

    assertThat(effects).hasSize(2).element(1).isEqualTo(new Arrived(t));
    assertThat(model.table(t)).isEmpty();
    for (String sql :
        List.of(
            "ALTER TABLE t ADD b INT, DROP a",
            "TRUNCATE TABLE t",
            "CREATE TABLE IF NOT EXISTS t (z INT)",
            "CREATE INDEX i ON t (b)")) {
      assertThat(apply(sql)).as(sql).isEmpty();
      assertThat(model.passedOver().wasMet()).as(sql).isTrue();
    }
    assertThat(apply("RENAME TABLE t TO u")).containsExactly(new Arrived(new TableId("db", "u")));
    assertThat(apply("CREATE TABLE t (c INT)").get(0)).isInstanceOf(Created.class);
    assertThat(apply("ALTER TABLE t ADD d INT").get(0)).isInstanceOf(Altered.class);
    assertThat(apply("DROP TABLE u")).isEmpty();
    assertThat(apply("CREATE TABLE u (e INT)").get(0)).isInstanceOf(Created.class);
  }

  @Test
  void aTableThatWasKnownBeforeItArrivesArrivesToo() {
    apply("CREATE TABLE other (a INT, b INT)");
    assertThat(apply("ALTER TABLE other DROP a")).isEmpty();
    apply("CREATE TABLE other2 LIKE other");

    assertThat(apply("RENAME TABLE other TO t, other2 TO t2"))
        .containsExactly(new Arrived(new TableId("db", "t")), new Arrived(new TableId("db", "t2")));
  }

  @Test
  void aTableMayPassThroughANameThatIsNotSelected() {
    apply("CREATE TABLE a (x INT)");
    apply("CREATE TABLE b (y INT)");

    List<TableEffect> effects = apply("RENAME TABLE a TO other, b TO a, other TO b");

    assertThat(effects).hasSize(3).allMatch(effect -> effect instanceof Renamed);
    assertThat(apply("RENAME TABLE a TO other")).hasSize(1);
    assertThat(apply("RENAME TABLE other TO a")).hasOnlyElementsOfType(Arrived.class);
  }

  @Test
  void aTableMadeLikeOneThatIsNotSelectedArrives() {
    apply("CREATE TABLE a (x INT)");

    assertThat(apply("CREATE TABLE t LIKE other"))
        .containsOnly(new Arrived(new TableId("db", "t")));
    assertThat(apply("CREATE TABLE u LIKE t")).containsOnly(new Arrived(new TableId("db", "u")));
    assertThat(apply("CREATE TABLE IF NOT EXISTS a LIKE other")).isEmpty();
    assertThat(apply("CREATE TABLE v LIKE a").get(0)).isInstanceOf(Created.class);
    assertThatThrownBy(() -> apply("CREATE TABLE w LIKE nope"))
        .isInstanceOf(UnknownEffectException.class);
  }

  @Test
  void takesNothingOfAStatementThatItDoesNotUnderstand() {
    apply("CREATE TABLE t (a INT)");

    assertThatThrownBy(() -> apply("ALTER TABLE t RENAME TO s, ENGINE = strange"))
        .isInstanceOf(UnknownEffectException.class);
    assertThat(model.tables()).containsExactly(new TableId("db", "t"));
  }

  /** A source refuses them, but who asks what a statement will do needs an answer. */
  @Test
  void refusesWhatNoServerTakes() {
    apply("CREATE TABLE a (id INT PRIMARY KEY)");
    apply("CREATE TABLE b (p INT, q INT, CONSTRAINT f FOREIGN KEY (p) REFERENCES a (id))");

    refuses("ALTER TABLE b DROP p", "there is no column 'p' for foreign key 'f'");
    refuses("ALTER TABLE b ADD FOREIGN KEY (p, q) REFERENCES a (id)", "refers to 1");
    refuses("ALTER TABLE b DROP p, DROP q", "it leaves no column");
  }

  private void refuses(String sql, String why) {
    assertThatThrownBy(() -> apply(sql))
        .isInstanceOf(UnknownEffectException.class)
        .hasMessageContaining(why);
  }

  @Test
  void saysWhatIsDroppedAndEmptied() {
    apply("CREATE TABLE a (x INT)");
    apply("CREATE TABLE b (y INT)");

    assertThat(apply("TRUNCATE a").get(0)).isInstanceOf(Emptied.class);
    assertThat(apply("DROP TABLE IF EXISTS nope, b").get(0)).isInstanceOf(Dropped.class);
    assertThat(apply("DROP DATABASE db").get(0).table()).isEqualTo(new TableId("db", "a"));
    assertThat(model.tables()).isEmpty();
  }

  @Test
  void doesNotTakeWhatEndedWithAnErrorButTablesThatWereNotThere() {
    apply("CREATE TABLE a (x INT)");
    DdlSession missing = new DdlSession("db", 0, true, 45, Optional.empty(), Map.of(), true, 1051);
    DdlSession other = new DdlSession("db", 0, true, 45, Optional.empty(), Map.of(), true, 1205);

    assertThatThrownBy(() -> apply(model, "DROP TABLE a", other))
        .hasMessageContaining("error 1205");
    assertThat(apply(model, "DROP TABLE nope, a", missing)).hasSize(1);
  }

  @Test
  void asksForWhatTheLogDoesNotSay() {
    DdlSession silent = new DdlSession("db", 0, true, 45, Optional.empty(), Map.of(), true, 0);
    DdlSession strange = new DdlSession("db", 0, true, 45, Optional.of(true), Map.of(), false, 0);

    assertThatThrownBy(() -> apply(model, "CREATE TABLE t (a TIMESTAMP)", silent))
        .hasMessageContaining("explicit_defaults_for_timestamp");
    assertThatThrownBy(() -> apply(model, "CREATE TABLE t (a INT)", strange))
        .hasMessageContaining("settings");
    assertThatThrownBy(() -> apply("CREATE TABLE away.t (a INT) LIKE strange"))
        .isInstanceOf(UnknownEffectException.class);
  }

  @Test
  void takesNamesInAnyCaseWhereTheServerDoes() {
    SchemaModel folding = model("1");
    apply(folding, "CREATE TABLE Tt (a INT)", SESSION);

    Created created = (Created) apply(folding, "CREATE TABLE DB.Uu LIKE tT", SESSION).get(0);

    assertThat(created.table()).isEqualTo(new TableId("db", "uu"));
    assertThat(folding.tables()).containsExactly(new TableId("db", "tt"), new TableId("db", "uu"));
  }

  @Test
  void refusesRowsThatMoveWithoutTheLog() {
    apply("CREATE TABLE p (a INT) PARTITION BY HASH (a)");
    apply("CREATE TABLE t (a INT)");

    assertThatThrownBy(() -> apply("ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE t"))
        .hasMessageContaining("moves rows");
    assertThatThrownBy(() -> apply("ALTER TABLE p DISCARD PARTITION p0 TABLESPACE"))
        .hasMessageContaining("rows from a file");
    assertThat(apply("ALTER TABLE p TRUNCATE PARTITION p0"))
        .anyMatch(effect -> effect instanceof Emptied);
  }

  @Test
  void goesOnFromDefinitionsThatWereSaved() {
    apply("CREATE TABLE t (a INT NOT NULL, b VARCHAR(20), UNIQUE `b``x` (b(7)), UNIQUE (a))");
    SchemaModel again = model("0");
    TableDefinition saved = model.table(new TableId("db", "t")).orElseThrow();

    again.begin(List.of(saved), Map.of("db", "utf8mb4_general_ci"));
    apply(again, "ALTER TABLE t MODIFY b VARCHAR(7)", SESSION);
    apply("ALTER TABLE t MODIFY b VARCHAR(7)");

    assertThat(again.table(saved.id())).isEqualTo(model.table(saved.id()));
    TableDefinition bare =
        new TableDefinition(saved.id(), saved.columns(), saved.uniqueKeys(), saved.foreignKeys());
    again.begin(List.of(bare), Map.of());
    assertThatThrownBy(() -> apply(again, "ALTER TABLE t ADD c INT", SESSION))
        .hasMessageContaining("table 'db.t' is not known in all");
  }

  @Test
  void stopsWhereTheCharacterSetOfTheTableMayStay() {
    SchemaModel old = model("5.6.14", "0");
    apply(old, "CREATE TABLE t (a INT, c CHAR(3)) CHARACTER SET latin1", SESSION);
    String convert = "ALTER TABLE t CONVERT TO CHARACTER SET ";

    assertThat(apply(old, convert + "utf8mb4", SESSION)).hasSize(1);
    apply(old, "ALTER TABLE t DROP c", SESSION);
    assertThatThrownBy(() -> apply(old, convert + "latin1", SESSION))
        .isInstanceOf(UnknownEffectException.class)
        .hasMessageContaining("it converts no column");

    apply("CREATE TABLE t (a INT)");
    assertThat(apply(convert + "latin1")).hasSize(1);
  }
}
