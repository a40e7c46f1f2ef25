package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind which statements a table that was copied row by row has the rows of a plain one. */
class ReplayRulesTest {

  private final SchemaModel model = model();

  private static SchemaModel model() {
    MySqlFacts facts =
        MySqlFacts.of(
            "8.0.31", Map.of("lower_case_table_names", "0", "default_storage_engine", "InnoDB"));
    ServerCollations collations =
        new ServerCollations(
            Map.of("utf8mb4_general_ci", "utf8mb4", "utf8mb4_bin", "utf8mb4"),
            Map.of("utf8mb4", "utf8mb4_general_ci"),
            Map.of(45, "utf8mb4_general_ci"),
            "utf8mb3");
    SchemaModel made = new SchemaModel(new ModelServer(facts, collations), id -> true);
    made.begin(List.of(), Map.of("db", "utf8mb4_general_ci"));
    return made;
  }

  private static DdlStatement parse(String sql) {
    return new DdlParser(new SqlVersion(false, 80_031)).parse(sql, SqlMode.DEFAULT).statement();
  }

  private List<TableEffect> apply(DdlStatement statement) {
    DdlSession session = new DdlSession("db", 0, true, 45, Optional.of(false), Map.of(), true, 0);
    return model.apply(statement, session);
  }

  @BeforeEach
  void makeTables() {
    apply(parse("CREATE TABLE p (id INT PRIMARY KEY)"));
    apply(
        parse(
            "CREATE TABLE t (id INT PRIMARY KEY, n INT, i INT UNIQUE,"
                + " u VARCHAR(9) COLLATE utf8mb4_bin UNIQUE, g INT AS (n + 1) STORED)"));
  }

  private Optional<String> obstacle(String clauses) {
    DdlStatement statement = parse("ALTER TABLE t " + clauses);
    Altered effect = (Altered) apply(statement).get(0);
    return ReplayRules.obstacle(effect, ((DdlStatement.AlterTable) statement).clauses());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ADD b INT",
        "ADD b INT NOT NULL DEFAULT 7",
        "ADD b TIMESTAMP NULL",
        "ADD b INT AS (n + 2)",
        "DROP n, DROP g",
        "MODIFY n BIGINT",
        "MODIFY i BIGINT",
        "MODIFY u VARCHAR(9) COLLATE utf8mb4_bin FIRST",
        "ADD KEY (n), DROP KEY i, COMMENT 'x'",
        "ADD UNIQUE KEY (n, id)",
      })
  void rowsAreTheSame(String clauses) {
    assertThat(obstacle(clauses)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ADD CHECK (n > 0) | it adds a check",
        "PARTITION BY HASH (id) | it is about partitions",
        "ADD FOREIGN KEY (n) REFERENCES p (id) | adds a foreign key",
        "ADD b TIMESTAMP | it adds column 'b'",
        "ADD b DATETIME DEFAULT CURRENT_TIMESTAMP | it adds column 'b'",
        "ADD b DATETIME ON UPDATE CURRENT_TIMESTAMP | it adds column 'b'",
        "ADD b INT NOT NULL | it adds column 'b'",
        "CHANGE n m INT, DROP g | it renames column 'n' to 'm'",
        "DROP n, DROP g, ADD n INT | it drops column 'n' and adds another one",
        "MODIFY n VARCHAR(20), DROP g | it gives column 'n' values of another kind",
        "MODIFY g INT | it gives column 'g' values of another kind",
        "ADD UNIQUE KEY k (n) | unique key 'k' compares",
        "DROP PRIMARY KEY, ADD PRIMARY KEY (n) | unique key 'PRIMARY' compares",
        "ADD UNIQUE KEY k (u(3)) | unique key 'k' compares",
        "MODIFY i INT NOT NULL | unique key 'i' compares",
        "MODIFY i SMALLINT | unique key 'i' compares",
        "MODIFY i INT UNSIGNED | unique key 'i' compares",
        "MODIFY u VARCHAR(9) COLLATE utf8mb4_general_ci | unique key 'u' compares",
      })
  void rowsMayBeLost(String clauses, String why) {
    assertThat(obstacle(clauses).orElseThrow()).contains(why);
  }
}
