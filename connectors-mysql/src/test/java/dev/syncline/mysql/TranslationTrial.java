package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;

/** A table and its parent, and statements on them that are put into other names. */
abstract class TranslationTrial {

  static final SqlVersion SERVER = new SqlVersion(false, 80_031);
  static final DdlSession SESSION =
      new DdlSession("db", 0, true, 45, Optional.of(true), Map.of(), true, 0);
  static final String NONE = "NONE";

  static final Column ORIGIN =
      new Column(
          "origin",
          new ColumnType(ValueKind.TEXT, "varchar(129)", "utf8mb4", "utf8mb4_bin"),
          false,
          Column.Origin.WRITTEN);

  final SchemaModel model = model("0");

  static SchemaModel model(String lowerCase) {
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

  SchemaChange change(String sql, SqlMode mode) {
    return change(model, sql, mode, "0");
  }

  static SchemaChange change(SchemaModel model, String sql, SqlMode mode, String lowerCase) {
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

  static GivenNames names() {
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

  static String translated(SchemaChange change, TargetNames names) {
    return translated(change, names, TargetServer.of(SERVER));
  }

  static String translated(SchemaChange change, TargetNames names, TargetServer server) {
    return TargetStatement.of(change, names, server)
        .statement()
        .map(TargetStatement::sql)
        .orElse(NONE);
  }

  String translated(String sql) {
    return translated(change(sql, SqlMode.DEFAULT), names());
  }
}
