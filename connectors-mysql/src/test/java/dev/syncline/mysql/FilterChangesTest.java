package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TableSelection;
import dev.syncline.change.TableEffect;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind which statements the rows that take part are the same ones. */
class FilterChangesTest {
  private static final String CONDITION =
      "n > 5 AND price >= 1.50 AND name = 'x' AND city COLLATE utf8mb4_bin = 'y'"
          + " AND state = 'a' AND LENGTH(bytes) < 9 AND at >= '2024-01-01'"
          + " AND code COLLATE ascii_bin <> 'z' AND weight IS NOT NULL";

  private static final TableSelection SELECTION =
      TableSelection.builder()
          .database(
              "db",
              db ->
                  db.tables("t*", t -> t.where(CONDITION))
                      .table("p", p -> p.where("id > 3"))
                      .tables("free*"))
          .build();

  private final SchemaModel model = model();
  private final FilterChanges changes = new FilterChanges(SELECTION);

  private static SchemaModel model() {
    MySqlFacts facts =
        MySqlFacts.of(
            "8.0.31", Map.of("lower_case_table_names", "0", "default_storage_engine", "InnoDB"));
    Map<String, String> charsets =
        Map.of(
            "utf8mb4_bin", "utf8mb4",
            "utf8mb4_general_ci", "utf8mb4",
            "utf8mb4_0900_ai_ci", "utf8mb4",
            "utf8mb3_bin", "utf8mb3",
            "latin1_bin", "latin1",
            "ascii_bin", "ascii",
            "ascii_general_ci", "ascii");
    Map<String, String> usual =
        Map.of(
            "utf8mb4", "utf8mb4_general_ci",
            "utf8mb3", "utf8mb3_bin",
            "latin1", "latin1_bin",
            "ascii", "ascii_general_ci");
    ServerCollations collations =
        new ServerCollations(charsets, usual, Map.of(45, "utf8mb4_general_ci"), "utf8mb3");
    SchemaModel made = new SchemaModel(new ModelServer(facts, collations), SELECTION::includes);
    made.begin(List.of(), Map.of("db", "utf8mb4_general_ci"));
    return made;
  }

  private List<TableEffect> apply(String sql) {
    DdlSession session = new DdlSession("db", 0, true, 45, Optional.of(true), Map.of(), true, 0);
    DdlStatement statement =
        new DdlParser(new SqlVersion(false, 80_031)).parse(sql, SqlMode.DEFAULT).statement();
    return model.apply(statement, session);
  }

  private Optional<String> problem(String sql) {
    return changes.problem(apply(sql));
  }

  @BeforeEach
  void make() {
    assertThat(
            problem(
                "CREATE TABLE t (id INT PRIMARY KEY, n INT, price DECIMAL(6,2),"
                    + " name VARCHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin,"
                    + " city VARCHAR(20), state ENUM('a','b'), bytes VARBINARY(9), at DATETIME,"
                    + " code CHAR(5) CHARACTER SET ascii, weight DOUBLE, other INT)"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t MODIFY n BIGINT",
        "ALTER TABLE t MODIFY n INT COMMENT 'x' FIRST, ADD KEY (n)",
        "ALTER TABLE t CHANGE n N INT",
        "ALTER TABLE t MODIFY price DECIMAL(9,2)",
        "ALTER TABLE t MODIFY name VARCHAR(99) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
        "ALTER TABLE t MODIFY name TEXT CHARACTER SET utf8mb3 COLLATE utf8mb3_bin",
        "ALTER TABLE t MODIFY state ENUM('a','b','c')",
        "ALTER TABLE t MODIFY bytes VARBINARY(20)",
        "ALTER TABLE t MODIFY bytes BLOB",
        "ALTER TABLE t MODIFY code CHAR(9) CHARACTER SET ascii",
        "ALTER TABLE t MODIFY other VARCHAR(9) NOT NULL, ADD more INT, DROP PRIMARY KEY",
        "ALTER TABLE t RENAME TO t2",
        "CREATE TABLE t2 LIKE t",
        "TRUNCATE TABLE t",
        "DROP TABLE t",
      })
  void rowsStayTheSame(String sql) {
    assertThat(problem(sql)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t MODIFY n INT NOT NULL",
        "ALTER TABLE t MODIFY n SMALLINT",
        "ALTER TABLE t MODIFY n INT UNSIGNED",
        "ALTER TABLE t MODIFY n DECIMAL(12,0)",
        "ALTER TABLE t MODIFY price DECIMAL(9,1)",
        "ALTER TABLE t MODIFY price DECIMAL(6,3)",
        "ALTER TABLE t MODIFY price DECIMAL(5,2)",
        "ALTER TABLE t MODIFY name VARCHAR(10) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin",
        "ALTER TABLE t MODIFY name CHAR(20) CHARACTER SET utf8mb3 COLLATE utf8mb3_bin",
        "ALTER TABLE t MODIFY name TINYTEXT CHARACTER SET utf8mb3 COLLATE utf8mb3_bin",
        "ALTER TABLE t MODIFY name VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin",
        "ALTER TABLE t MODIFY name VARCHAR(20) CHARACTER SET latin1",
        "ALTER TABLE t MODIFY city VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci",
        "ALTER TABLE t MODIFY state ENUM('b','a')",
        "ALTER TABLE t MODIFY state ENUM('a')",
        "ALTER TABLE t MODIFY state SET('a','b')",
        "ALTER TABLE t MODIFY bytes BINARY(9)",
        "ALTER TABLE t MODIFY bytes VARBINARY(5)",
        "ALTER TABLE t MODIFY bytes TINYBLOB",
        "ALTER TABLE t MODIFY at TIMESTAMP NULL",
        "ALTER TABLE t MODIFY at DATETIME(3)",
        "ALTER TABLE t MODIFY code VARCHAR(5) CHARACTER SET ascii",
        "ALTER TABLE t MODIFY weight FLOAT",
      })
  void otherRowsMayTakePart(String sql) {
    assertThat(problem(sql).orElseThrow())
        .contains("'db.t'", "changes from '", "'" + CONDITION + "'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t DROP n",
        "ALTER TABLE t CHANGE n m INT",
        "ALTER TABLE t RENAME COLUMN n TO m",
        "ALTER TABLE t MODIFY n VARCHAR(9)",
        "ALTER TABLE t MODIFY name VARCHAR(20) CHARACTER SET utf8mb4",
        "ALTER TABLE t MODIFY city VARCHAR(20) CHARACTER SET latin1",
        "ALTER TABLE t DROP n, ADD n INT GENERATED ALWAYS AS (id + 1)",
        "CREATE TABLE t2 (id INT PRIMARY KEY)",
      })
  void conditionCannotBeEvaluatedAnyMore(String sql) {
    assertThat(problem(sql).orElseThrow()).contains("cannot be evaluated for the rows of table");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t DROP n, ADD n INT",
        "ALTER TABLE t RENAME COLUMN n TO other, RENAME COLUMN other TO n",
        "ALTER TABLE t CHANGE n m INT, ADD n INT DEFAULT 9",
      })
  void columnIsAnotherOne(String sql) {
    assertThat(problem(sql).orElseThrow()).contains("reads column 'n', which is another one");
  }

  @Test
  void columnsThatChangePlacesAreOthers() {
    // Both are read by the condition.
    apply("ALTER TABLE t ADD k INT");
    FilterChanges both =
        new FilterChanges(
            TableSelection.builder()
                .database("db", db -> db.table("t", t -> t.where("n > 5 AND k < 2")))
                .build());

    assertThat(
            both.problem(apply("ALTER TABLE t RENAME COLUMN n TO k, RENAME COLUMN k TO n"))
                .orElseThrow())
        .contains("which is another one behind it");
  }

  @Test
  void conditionsDoNotGoAlongWithNames() {
    assertThat(problem("RENAME TABLE t TO free").orElseThrow())
        .contains("renames table 'db.t' to 'db.free'");
  }

  @Test
  void namesInBetweenDoNotCount() {
    apply("CREATE TABLE free (id INT PRIMARY KEY)");

    assertThat(problem("RENAME TABLE t TO elsewhere, free TO t, elsewhere TO free").orElseThrow())
        .contains("and not the same rows of both take part");
  }

  @Test
  void namesMayComeBack() {
    assertThat(problem("RENAME TABLE t TO elsewhere, elsewhere TO t2")).isEmpty();
  }

  @Test
  void foreignKeysMustNotReferToRowsThatAreLeftOut() {
    List<TableEffect> effects = new ArrayList<>(apply("CREATE TABLE p (id INT PRIMARY KEY)"));
    assertThat(changes.problem(effects)).isEmpty();
    apply("CREATE TABLE free (id INT PRIMARY KEY, p INT, KEY (p))");

    assertThat(
            problem("ALTER TABLE free ADD CONSTRAINT f FOREIGN KEY (p) REFERENCES p (id)")
                .orElseThrow())
        .contains("a foreign key of table 'db.free' refers to rows of table 'db.p'");
  }

  @Test
  void conditionsDoNotReadWhatForeignKeysChange() {
    apply("CREATE TABLE free (id INT PRIMARY KEY)");

    assertThat(
            problem(
                    "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (n) REFERENCES free (id)"
                        + " ON DELETE SET NULL")
                .orElseThrow())
        .contains("reads column 'n', which a foreign key changes");
    assertThat(
            problem(
                "ALTER TABLE t ADD CONSTRAINT g FOREIGN KEY (other) REFERENCES free (id)"
                    + " ON DELETE CASCADE"))
        .as("the model has the first one as well")
        .isPresent();
  }
}
