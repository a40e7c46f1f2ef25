package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SourceReader;
import dev.syncline.TableSourceSession;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.UniqueKey;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;

/** What servers log of tables must agree with the definitions by which their rows are read. */
class TableMapCheckIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int COLUMNS_PER_TABLE = 12;

  private static final String TABLE =
      "CREATE TABLE t (id INT UNSIGNED NOT NULL, a INT NOT NULL, b INT NOT NULL,"
          + " name VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
          + " code CHAR(4) CHARACTER SET latin1 COLLATE latin1_bin NULL,"
          + " bytes VARBINARY(20) NULL, note TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,"
          + " e ENUM('x', 'y') CHARACTER SET latin1 COLLATE latin1_bin NULL,"
          + " s SET('k', 'l') CHARACTER SET latin1 COLLATE latin1_bin NULL,"
          + " p POINT NULL, y YEAR NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB";

  /** How much a server logs of its tables. */
  private enum Logged {
    NOTHING,
    MINIMAL,
    FULL
  }

  /**
   * A definition that is wrong.
   *
   * @param from how much must be logged for it to be noticed
   * @param words what is said of it
   */
  private record Wrong(Logged from, UnaryOperator<TableDefinition> change, List<String> words) {

    Wrong(Logged from, UnaryOperator<TableDefinition> change, String... words) {
      this(from, change, List.of(words));
    }
  }

  private static final List<Wrong> WRONG =
      List.of(
          new Wrong(Logged.NOTHING, t -> with(t, t.columns().subList(0, 10)), "10 columns", "11"),
          new Wrong(Logged.NOTHING, t -> typed(t, 1, "bigint", ""), "'a' as 'bigint'", "code 3"),
          new Wrong(Logged.NOTHING, t -> nullable(t, 1), "'a' as 'int", "NULL", "NOT NULL"),
          new Wrong(Logged.NOTHING, t -> typed(t, 3, "varchar(21)", "utf8mb4_bin"), "varchar(21)"),
          new Wrong(Logged.MINIMAL, t -> typed(t, 1, "int unsigned", ""), "unsigned columns"),
          new Wrong(Logged.MINIMAL, t -> typed(t, 0, "int", ""), "unsigned columns"),
          new Wrong(
              Logged.MINIMAL,
              t -> typed(t, 3, "varchar(20)", "utf8mb4_general_ci"),
              "column 'name' with collation 'utf8mb4_general_ci'",
              "'utf8mb4_bin'"),
          new Wrong(
              Logged.MINIMAL,
              t -> typed(t, 4, "char(4)", "latin2_general_ci"),
              "column 'code' with collation 'latin2_general_ci'",
              "'latin1_bin'"),
          new Wrong(
              Logged.MINIMAL,
              t -> typed(t, 5, "varchar(20)", "latin1_bin"),
              "column 'bytes' with collation 'latin1_bin'",
              "'binary'"),
          new Wrong(Logged.MINIMAL, t -> typed(t, 6, "blob", ""), "'note'", "'utf8mb4_bin'"),
          new Wrong(Logged.MINIMAL, t -> typed(t, 9, "polygon", ""), "'p' as POLYGON", "POINT"),
          new Wrong(Logged.FULL, t -> named(t, 1, "c"), "column 'c' in place 2", "'a'"),
          new Wrong(Logged.FULL, t -> swapped(t, 1, 2), "column 'b' in place 2", "'a'"),
          new Wrong(
              Logged.FULL,
              t -> typed(t, 7, "enum('y','x')", "latin1_bin"),
              "column 'e' with labels [y, x]",
              "[x, y]"),
          new Wrong(
              Logged.FULL,
              t -> typed(t, 8, "set('k','m')", "latin1_bin"),
              "column 's' with labels [k, m]",
              "[k, l]"),
          new Wrong(
              Logged.FULL,
              t -> typed(t, 7, "enum('x','y')", "latin1_swedish_ci"),
              "column 'e' with collation 'latin1_swedish_ci'",
              "'latin1_bin'"),
          new Wrong(Logged.FULL, t -> keyed(t, 1), "primary key [a]", "key [id]"),
          new Wrong(Logged.FULL, t -> keyed(t, 0, 1), "primary key [id, a]", "key [id]"),
          new Wrong(
              Logged.FULL,
              t -> new TableDefinition(t.id(), t.columns(), List.of()),
              "no such key",
              "key [id]"));

  private static TableDefinition with(TableDefinition table, List<Column> columns) {
    return new TableDefinition(table.id(), columns, table.uniqueKeys());
  }

  private static TableDefinition with(TableDefinition table, int ordinal, Column column) {
    List<Column> columns = new ArrayList<>(table.columns());
    columns.set(ordinal, column);
    return with(table, columns);
  }

  private static TableDefinition typed(
      TableDefinition table, int ordinal, String type, String collation) {
    Column was = table.columns().get(ordinal);
    String charset = collation.isEmpty() ? "" : collation.substring(0, collation.indexOf('_'));
    ColumnType now = MySqlTypes.columnType(table.id(), was.name(), type, charset, collation);
    return with(table, ordinal, new Column(was.name(), now, was.nullable(), was.origin()));
  }

  private static TableDefinition nullable(TableDefinition table, int ordinal) {
    Column was = table.columns().get(ordinal);
    return with(table, ordinal, new Column(was.name(), was.type(), true, was.origin()));
  }

  private static TableDefinition named(TableDefinition table, int ordinal, String name) {
    Column was = table.columns().get(ordinal);
    return with(table, ordinal, new Column(name, was.type(), was.nullable(), was.origin()));
  }

  private static TableDefinition swapped(TableDefinition table, int one, int other) {
    List<Column> columns = new ArrayList<>(table.columns());
    Collections.swap(columns, one, other);
    return with(table, columns);
  }

  private static TableDefinition keyed(TableDefinition table, Integer... columns) {
    UniqueKey key = new UniqueKey(UniqueKey.PRIMARY, List.of(columns), UniqueKey.Coverage.COLUMNS);
    return new TableDefinition(table.id(), table.columns(), List.of(key));
  }

  private static final String[] KEYS = {
    "(id INT, x VARCHAR(20), PRIMARY KEY (x(3), id))",
    "(id INT NOT NULL, x VARCHAR(20) NOT NULL, UNIQUE KEY b (x), UNIQUE KEY a (id))",
    "(id INT NOT NULL, x VARCHAR(20), UNIQUE KEY b (x), UNIQUE KEY a (id))",
    "(id INT, x VARCHAR(20) NOT NULL, UNIQUE KEY b (x(5)), UNIQUE KEY a (id))",
    "(id INT, x VARCHAR(20))",
    "(x VARCHAR(20), id INT, y TEXT, z INT AS (id + 1) STORED, PRIMARY KEY (id, x))"
  };

  @ParameterizedTest
  @EachRelease
  void agreesWithWhatServersLogOfEveryType(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    List<String> tables = new ArrayList<>(typed(release));
    for (String key : KEYS) {
      tables.add(Dialect.of(release, "CREATE TABLE t" + tables.size() + key));
    }
    source.execute(tables.toArray(String[]::new));

    for (Logged logged : levels(source)) {
      set(source, logged);
      try (TableSourceSession session = source.open()) {
        Position from = session.currentPositions().get(MySqlSession.STREAM);
        session.define(session.tables().stream().map(t -> t.definition()).toList(), Map.of());
        source.execute("SET SESSION sql_mode = ''", "BEGIN");
        List<String> deletes = new ArrayList<>();
        List<String> inserts = new ArrayList<>(List.of("SET SESSION sql_mode = ''"));
        for (int i = 0; i < tables.size(); i++) {
          inserts.add("INSERT INTO t" + i + " VALUES ()");
          deletes.add("DELETE FROM t" + i);
        }
        source.execute(inserts.toArray(String[]::new));

        assertThat(changes(session, from, tables.size())).hasSize(tables.size());
        source.execute(deletes.toArray(String[]::new));
      } finally {
        set(source, Logged.FULL);
      }
    }
  }

  /** Tables of all types, among which stand columns of other character sets. */
  private static List<String> typed(MySqlRelease release) {
    List<String> columns = new ArrayList<>();
    for (TypeSamples.Sample sample : TypeSamples.of(release)) {
      columns.add("c" + columns.size() + " " + sample.type() + " NULL");
      switch (columns.size() % 4) {
        case 0 ->
            columns.add("c" + columns.size() + " ENUM('é', 'a''b', '') CHARACTER SET utf8mb4");
        case 1 -> columns.add("c" + columns.size() + " SET('中', 'b') CHARACTER SET gbk");
        case 2 -> columns.add("c" + columns.size() + " TEXT CHARACTER SET latin2");
        default -> columns.add("c" + columns.size() + " VARBINARY(3)");
      }
    }
    List<String> tables = new ArrayList<>();
    for (int from = 0; from < columns.size(); from += COLUMNS_PER_TABLE) {
      int to = Math.min(columns.size(), from + COLUMNS_PER_TABLE);
      tables.add(
          "CREATE TABLE t%d (%s) CHARACTER SET utf8mb4"
              .formatted(tables.size(), String.join(", ", columns.subList(from, to))));
    }
    return tables;
  }

  @ParameterizedTest
  @EachRelease
  void stopsAtAWrongDefinition(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(TABLE);

    List<Logged> levels = levels(source);
    for (Logged logged : levels) {
      set(source, logged);
      try (TableSourceSession session = source.open()) {
        Position from = session.currentPositions().get(MySqlSession.STREAM);
        source.execute(
            "INSERT INTO t (id, a, b, y) VALUES (" + levels.indexOf(logged) + ", 1, 2, 2020)");
        TableDefinition right = source.definition("t");
        for (Wrong wrong : WRONG) {
          session.define(List.of(wrong.change().apply(right)), Map.of());
          if (wrong.from().compareTo(logged) <= 0) {
            assertThatThrownBy(() -> changes(session, from, 1))
                .as("%s with %s", wrong.words(), logged)
                .isInstanceOf(UnsupportedChangeException.class)
                .hasMessageContaining("table '" + right.id() + "'")
                .hasMessageStartingWith("At '")
                .hasMessageContainingAll(wrong.words().toArray(String[]::new))
                .hasMessageContaining("Load it again");
          }
        }
        session.define(List.of(right), Map.of());
        assertThat(changes(session, from, 1)).hasSize(1);
      } finally {
        set(source, Logged.FULL);
      }
    }
  }

  private static List<Logged> levels(SourceFixture source) throws Exception {
    boolean logs = !source.ask("SHOW VARIABLES LIKE 'binlog_row_metadata'").isEmpty();
    return logs ? List.of(Logged.MINIMAL, Logged.FULL) : List.of(Logged.NOTHING);
  }

  private static void set(SourceFixture source, Logged logged) throws Exception {
    if (!levels(source).contains(Logged.NOTHING)) {
      source.execute("SET GLOBAL binlog_row_metadata = " + logged);
    }
  }

  private static List<TableChange> changes(TableSourceSession session, Position from, int count)
      throws Exception {
    List<TableChange> changes = new ArrayList<>();
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (SourceReader<TableChange> reader = session.openReader(MySqlSession.STREAM, from)) {
      while (changes.size() < count && System.nanoTime() < deadline) {
        for (TransactionPart<TableChange> part : reader.poll(Duration.ofSeconds(1)).parts()) {
          changes.addAll(part.changes());
        }
      }
    }
    return changes;
  }
}
