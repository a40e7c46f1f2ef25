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
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

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
    return looks(selection).stream().map(Look::structure).toList();
  }

  /**
   * What a look at a table shows.
   *
   * @param print see {@link LiveTables#print}
   */
  record Look(TableStructure structure, String print) {}

  /**
   * Looks at the selected tables, ordered by name.
   *
   * @throws dev.syncline.UnsupportedChangeException if a column cannot be carried
   */
  List<Look> looks(TableSelection selection) throws SQLException {
    return looks(tables(selection));
  }

  /**
   * One table; empty if there is none of that name.
   *
   * @throws dev.syncline.UnsupportedChangeException if a column cannot be carried
   */
  Optional<TableStructure> structure(TableId table) throws SQLException {
    return looks(tablesOf(Place.of(table))).stream().findFirst().map(Look::structure);
  }

  private List<Look> looks(List<CatalogTable> tables) throws SQLException {
    List<Look> looks = new ArrayList<>();
    Map<String, String> databases = new TreeMap<>();
    for (CatalogTable table : tables) {
      String database = table.id().database();
      String createDatabase = databases.get(database);
      if (createDatabase == null) {
        createDatabase = createDatabase(database);
        databases.put(database, createDatabase);
      }
      CreateTable text = createTable(table);
      TableStructure structure =
          new TableStructure(
              text.read().map(table::definition).orElseGet(table::definition),
              new CreateStatements(DIALECT, createDatabase, text.sql()),
              new TableSize(table.rows(), table.bytes()));
      looks.add(new Look(structure, text.print()));
    }
    return looks;
  }

  /**
   * The selected tables, ordered by name. Views and other things that are no tables are left out.
   */
  List<CatalogTable> tables(TableSelection selection) throws SQLException {
    List<CatalogTable> tables = new ArrayList<>();
    for (String database : SelectedDatabases.find(connection, selection)) {
      tables.addAll(tablesOf(new Place(database, Optional.empty(), selection::includes)));
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

  /**
   * Where to look.
   *
   * @param table the only table to look for, if there is only one
   * @param wanted which of the tables are looked for
   */
  private record Place(String database, Optional<String> table, Predicate<TableId> wanted) {

    static Place of(TableId table) {
      return new Place(table.database(), Optional.of(table.name()), table::equals);
    }

    String condition() {
      return "TABLE_SCHEMA = ?" + (table.isPresent() ? " AND TABLE_NAME = ?" : "");
    }
  }

  private List<CatalogTable> tablesOf(Place place) throws SQLException {
    String database = place.database();
    Map<String, List<CatalogColumn>> columns = columns(place);
    Map<String, List<CatalogKeyPart>> keyParts = keyParts(place);
    List<CatalogForeignKey> all =
        place.table().isPresent()
            ? CatalogForeignKey.ofTable(connection, new TableId(database, place.table().get()))
            : CatalogForeignKey.inDatabase(connection, database);
    Map<TableId, List<CatalogForeignKey>> foreignKeys =
        all.stream().collect(Collectors.groupingBy(CatalogForeignKey::child));
    List<CatalogTable> tables = new ArrayList<>();
    query(
        "SELECT TABLE_NAME, ENGINE, TABLE_ROWS, DATA_LENGTH, TABLE_COLLATION, CREATE_OPTIONS FROM"
            + " information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND "
            + place.condition(),
        place,
        row -> {
          TableId id = new TableId(database, text(row, 1));
          List<CatalogColumn> found = columns.get(id.name());
          if (place.wanted().test(id) && found != null) {
            tables.add(
                new CatalogTable(
                    id,
                    text(row, 2),
                    text(row, 5),
                    text(row, 6).contains("partitioned"),
                    Math.max(0, row.getLong(3)),
                    Math.max(0, row.getLong(4)),
                    found,
                    keyParts.getOrDefault(id.name(), List.of()),
                    foreignKeys.getOrDefault(id, List.of()),
                    logsCascades));
          }
        });
    return tables;
  }

  private Map<String, List<CatalogColumn>> columns(Place place) throws SQLException {
    Map<String, List<CatalogColumn>> columns = new TreeMap<>();
    ColumnDefault.Spelling spelling = spellingOfDefaults();
    query(
        "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, CHARACTER_SET_NAME,"
            + " COLLATION_NAME, EXTRA, ORDINAL_POSITION, COLUMN_KEY, COLUMN_DEFAULT"
            + " FROM information_schema.COLUMNS"
            + " WHERE "
            + place.condition()
            + " ORDER BY TABLE_NAME, ORDINAL_POSITION",
        place,
        row -> {
          TableId id = new TableId(place.database(), text(row, 1));
          if (!place.wanted().test(id)) {
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

  private Map<String, List<CatalogKeyPart>> keyParts(Place place) throws SQLException {
    Map<String, List<CatalogKeyPart>> keyParts = new TreeMap<>();
    query(
        "SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE = 0, COLUMN_NAME, SUB_PART"
            + " FROM information_schema.STATISTICS WHERE "
            + place.condition()
            + " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        place,
        row -> {
          String table = text(row, 1);
          if (place.wanted().test(new TableId(place.database(), table))) {
            keyParts
                .computeIfAbsent(table, t -> new ArrayList<>())
                .add(
                    new CatalogKeyPart(
                        text(row, 2), row.getBoolean(3), row.getString(4), row.getInt(5)));
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

  private record CreateTable(String sql, Optional<CreateTableText> read, String print) {}

  /** What is not understood goes along as it is: whoever makes a table of it refuses it. */
  private CreateTable createTable(CatalogTable table) throws SQLException {
    Map<String, String> collations = new TreeMap<>();
    table.columns().forEach(column -> collations.put(column.name(), column.collation()));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + quote(table.id()))) {
      row.next();
      String printed = text(row, 2);
      String print = LiveTables.print(printed);
      try {
        CreateTableText text =
            new CreateTableText(printed).withCollations(table.collation(), collations);
        return new CreateTable(text.sql(), Optional.of(text), print);
      } catch (IllegalArgumentException e) {
        return new CreateTable(printed, Optional.empty(), print);
      }
    }
  }

  /** What is done with each row of a result. */
  private interface RowUse {
    void take(ResultSet row) throws SQLException;
  }

  private void query(String sql, String database, RowUse use) throws SQLException {
    query(sql, new Place(database, Optional.empty(), id -> true), use);
  }

  private void query(String sql, Place place, RowUse use) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, place.database());
      if (place.table().isPresent()) {
        statement.setString(2, place.table().get());
      }
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
