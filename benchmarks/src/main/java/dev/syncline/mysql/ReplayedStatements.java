package dev.syncline.mysql;

import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.NullMarked;

/**
 * What statements make of tables, without a server. In the connector's package, since what tells it
 * is nobody else's. Not thread-safe.
 */
@NullMarked
public final class ReplayedStatements {

  private static final String UTF8MB4 = "utf8mb4_0900_ai_ci";
  private static final int UTF8MB4_NUMBER = 255;
  private static final SqlVersion SERVER = new SqlVersion(false, 80_031);

  private final DdlParser parser = new DdlParser(SERVER);
  private final DdlSession session;
  private final SchemaModel model;

  /** A database that has no tables yet. */
  public ReplayedStatements(String database) {
    MySqlFacts facts =
        MySqlFacts.of(
            "8.0.31", Map.of("lower_case_table_names", "0", "default_storage_engine", "InnoDB"));
    Map<String, String> charsets =
        Map.of(
            UTF8MB4,
            "utf8mb4",
            "utf8mb4_bin",
            "utf8mb4",
            "ascii_general_ci",
            "ascii",
            "ascii_bin",
            "ascii",
            "latin1_swedish_ci",
            "latin1",
            "binary",
            "binary");
    Map<String, String> defaults =
        Map.of(
            "utf8mb4",
            UTF8MB4,
            "ascii",
            "ascii_general_ci",
            "latin1",
            "latin1_swedish_ci",
            "binary",
            "binary");
    ServerCollations collations =
        new ServerCollations(charsets, defaults, Map.of(UTF8MB4_NUMBER, UTF8MB4), "utf8mb3");
    model = new SchemaModel(new ModelServer(facts, collations), table -> true);
    model.begin(List.of(), Map.of(database, UTF8MB4));
    session =
        new DdlSession(database, 0, true, UTF8MB4_NUMBER, Optional.of(true), Map.of(), true, 0);
  }

  /** Reads a statement and says what it does. */
  public List<TableEffect> apply(String sql) {
    return model.apply(parser.parse(sql, SqlMode.DEFAULT).statement(), session);
  }

  /** All tables. */
  public Collection<TableDefinition> tables() {
    return model.tables().stream().map(id -> model.table(id).orElseThrow()).toList();
  }
}
