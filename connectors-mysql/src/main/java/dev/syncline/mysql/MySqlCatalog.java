package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.TableSelection;
import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.TransientException;
import dev.syncline.change.TableId;
import dev.syncline.mysql.CatalogTable.CatalogColumn;
import dev.syncline.mysql.CatalogTable.CatalogKeyPart;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Asks a server what its tables are. A few queries for each database, whatever the number of
 * tables, and one for each selected table. Used by one thread, over a session set by {@link
 * #SETTINGS}.
 */
final class MySqlCatalog {
  /** The form of {@code SHOW CREATE TABLE} depends on these. */
  static final MySqlSessionSettings SETTINGS =
      MySqlSessionSettings.withSqlMode("")
          .isolation(Connection.TRANSACTION_READ_COMMITTED)
          .lockWait(Duration.ofSeconds(30))
          .variableWhereKnown("information_schema_stats_expiry", "0")
          .variableWhereKnown("show_gipk_in_create_table_and_information_schema", "1")
          .build();

  /** The language of the statements that make databases and tables. */
  static final String DIALECT = "mysql";

  private final Connection connection;
  private final boolean logsCascades;

  /**
   * Asks over a session.
   *
   * @param logsCascades see {@link MySqlFacts#logsCascades}
   */
  MySqlCatalog(Connection connection, boolean logsCascades) {
    this.connection = connection;
    this.logsCascades = logsCascades;
  }

  /**
   * The selected tables with the statements that make them, ordered by name.
   *
   * @throws dev.syncline.UnsupportedChangeException if a column cannot be carried
   */
  List<TableStructure> structures(TableSelection selection) throws SQLException {
    List<TableStructure> structures = new ArrayList<>();
    Map<String, String> databases = new TreeMap<>();
    for (CatalogTable table : tables(selection)) {
      String database = table.id().database();
      String createDatabase = databases.get(database);
      if (createDatabase == null) {
        createDatabase = createDatabase(database);
        databases.put(database, createDatabase);
      }
      CreateTable text = createTable(table);
      structures.add(
          new TableStructure(
              table.definition(text.keysWithoutOverlaps()),
              new CreateStatements(DIALECT, createDatabase, text.sql()),
              new TableSize(table.rows(), table.bytes())));
    }
    return structures;
  }

  /**
   * The selected tables, ordered by name. Views and other things that are no tables are left out.
   */
  List<CatalogTable> tables(TableSelection selection) throws SQLException {
    List<CatalogTable> tables = new ArrayList<>();
    for (String database : SelectedDatabases.find(connection, selection)) {
      tables.addAll(tablesOf(database, selection));
    }
    tables.sort((a, b) -> a.id().compareTo(b.id()));
    return tables;
  }

  /** The selected things that are stored like tables but are none, each with its kind. */
  Map<TableId, String> otherObjects(TableSelection selection) throws SQLException {
    Map<TableId, String> others = new TreeMap<>();
    for (String database : SelectedDatabases.find(connection, selection)) {
      query(
          "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES"
              + " WHERE TABLE_SCHEMA = ? AND TABLE_TYPE <> 'BASE TABLE'",
          database,
          row -> {
            TableId id = new TableId(database, text(row, 1));
            if (selection.includes(id)) {
              others.put(id, text(row, 2));
            }
          });
    }
    return others;
  }

  /** Whether a table's engine has transactions. */
  static boolean isTransactional(Connection connection, TableId table) throws SQLException {
    String sql =
        "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table.database());
      statement.setString(2, table.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && CatalogTable.isTransactional(text(row, 1));
      }
    }
  }

  private List<CatalogTable> tablesOf(String database, TableSelection selection)
      throws SQLException {
    Map<String, List<CatalogColumn>> columns = columns(database, selection);
    Map<String, List<CatalogKeyPart>> keyParts = keyParts(database, selection);
    List<CatalogForeignKey> foreignKeys = CatalogForeignKey.inDatabase(connection, database);
    List<CatalogTable> tables = new ArrayList<>();
    query(
        "SELECT TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH, TABLE_COLLATION FROM"
            + " information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'",
        database,
        row -> {
          TableId id = new TableId(database, text(row, 1));
          List<CatalogColumn> found = columns.get(id.name());
          if (selection.includes(id) && found != null) {
            tables.add(
                new CatalogTable(
                    id,
                    text(row, 2),
                    text(row, 5),
                    Math.max(0, row.getLong(3)),
                    Math.max(0, row.getLong(4)),
                    found,
                    keyParts.getOrDefault(id.name(), List.of()),
                    foreignKeys.stream().filter(key -> key.child().equals(id)).toList(),
                    logsCascades));
          }
        });
    return tables;
  }

  private Map<String, List<CatalogColumn>> columns(String database, TableSelection selection)
      throws SQLException {
    Map<String, List<CatalogColumn>> columns = new TreeMap<>();
    ColumnDefault.Spelling spelling = spellingOfDefaults();
    query(
        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, CHARACTER_SET_NAME,"
            + " COLLATION_NAME, EXTRA, ORDINAL_POSITION, COLUMN_KEY, COLUMN_DEFAULT"
            + " FROM information_schema.COLUMNS"
            + " WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION",
        database,
        row -> {
          TableId id = new TableId(database, text(row, 1));
          if (!selection.includes(id)) {
            return;
          }
          List<CatalogColumn> ofTable = columns.computeIfAbsent(id.name(), t -> new ArrayList<>());
          boolean nullable = text(row, 4).equals("YES");
          boolean computed = text(row, 7).contains("DEFAULT_GENERATED");
          ofTable.add(
              new CatalogColumn(
                  text(row, 2),
                  text(row, 3),
                  nullable,
                  text(row, 5),
                  text(row, 6),
                  text(row, 7),
                  text(row, 9).equals("PRI"),
                  ColumnDefault.of(row.getString(10), nullable, spelling, computed)));
          if (row.getLong(8) != ofTable.size()) {
            throw hiddenColumns(id);
          }
        });
    return columns;
  }

  private ColumnDefault.Spelling spellingOfDefaults() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT VERSION()")) {
      row.next();
      return ColumnDefault.Spelling.of(MySqlFacts.of(text(row, 1), Map.of()));
    }
  }

  private Map<String, List<CatalogKeyPart>> keyParts(String database, TableSelection selection)
      throws SQLException {
    Map<String, List<CatalogKeyPart>> keyParts = new TreeMap<>();
    query(
        "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART FROM information_schema.STATISTICS"
            + " WHERE TABLE_SCHEMA = ? AND NON_UNIQUE = 0"
            + " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        database,
        row -> {
          String table = text(row, 1);
          if (selection.includes(new TableId(database, table))) {
            keyParts
                .computeIfAbsent(table, t -> new ArrayList<>())
                .add(new CatalogKeyPart(text(row, 2), row.getString(3), row.getString(4) != null));
          }
        });
    return keyParts;
  }

  private static TransientException hiddenColumns(TableId table) {
    return new TransientException(
        ("Not all columns of table '%s' are visible: its columns were changed meanwhile, or the"
                + " user may see some of them only. Grant SELECT on the whole table.")
            .formatted(table));
  }

  private String createDatabase(String database) throws SQLException {
    List<String> statements = new ArrayList<>();
    query(
        "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
            + " WHERE SCHEMA_NAME = ?",
        database,
        row ->
            statements.add(
                "CREATE DATABASE IF NOT EXISTS %s DEFAULT CHARACTER SET %s DEFAULT COLLATE %s"
                    .formatted(quote(database), text(row, 1), text(row, 2))));
    if (statements.isEmpty()) {
      throw new TransientException(
          "Database '" + database + "' was dropped while it was looked at.");
    }
    return statements.get(0);
  }

  private record CreateTable(String sql, Set<String> keysWithoutOverlaps) {}

  /** What is not understood goes along as it is: whoever makes a table of it refuses it. */
  private CreateTable createTable(CatalogTable table) throws SQLException {
    Map<String, String> collations = new TreeMap<>();
    table.columns().forEach(column -> collations.put(column.name(), column.collation()));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + quote(table.id()))) {
      row.next();
      String printed = text(row, 2);
      try {
        CreateTableText text =
            new CreateTableText(printed).withCollations(table.collation(), collations);
        return new CreateTable(text.sql(), text.keysWithoutOverlaps());
      } catch (IllegalArgumentException e) {
        return new CreateTable(printed, Set.of());
      }
    }
  }

  /** What is done with each row of a result. */
  private interface RowUse {
    void take(ResultSet row) throws SQLException;
  }

  private void query(String sql, String parameter, RowUse use) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, parameter);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          use.take(rows);
        }
      }
    }
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNullElse(row.getString(column), "");
  }
}
