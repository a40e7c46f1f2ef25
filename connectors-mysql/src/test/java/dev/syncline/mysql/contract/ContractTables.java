package dev.syncline.mysql.contract;

import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables of the contracts, in MySQL's words. */
final class ContractTables {

  /** What stands behind the type of a text. */
  static final String COLLATED = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

  private static final String TEXT = "varchar(190)" + COLLATED;

  private ContractTables() {}

  static String createDatabase(MySqlServer server) {
    try {
      return server.createDatabase("contract");
    } catch (SQLException e) {
      throw new AssertionError("Cannot make a database.", e);
    }
  }

  static void create(MySqlServer server, TableDefinition table) {
    execute(server, createStatement(table, table.id().database()));
  }

  static void execute(MySqlServer server, String... sql) {
    try {
      server.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError("Failed: " + String.join("; ", sql), e);
    }
  }

  /** CREATE TABLE in a database, or in the session's own one if that is empty. */
  private static String createStatement(TableDefinition table, String database) {
    List<String> lines = new ArrayList<>();
    for (Column column : table.columns()) {
      lines.add(line(column));
    }
    for (UniqueKey key : table.uniqueKeys()) {
      String columns =
          key.columns().stream()
              .map(ordinal -> quote(table.columns().get(ordinal).name()))
              .collect(Collectors.joining(", "));
      String head = key.isPrimary() ? "PRIMARY KEY" : "UNIQUE KEY " + quote(key.name());
      lines.add(head + " (" + columns + ")");
    }
    for (ForeignKey key : table.foreignKeys()) {
      lines.add(foreignKey(table, key));
    }
    String name = quote(table.id().name());
    String full = database.isEmpty() ? name : quote(database) + "." + name;
    return "CREATE TABLE " + full + " (" + String.join(", ", lines) + ") ENGINE=InnoDB";
  }

  /** What a source would log for an effect. */
  static String statement(TableEffect effect) {
    if (effect instanceof TableEffect.Created created) {
      return createStatement(created.after(), "");
    }
    if (effect instanceof TableEffect.Renamed renamed) {
      return "RENAME TABLE %s TO %s"
          .formatted(quote(renamed.before().id().name()), quote(renamed.after().id().name()));
    }
    if (effect instanceof TableEffect.Altered altered) {
      return "ALTER TABLE " + quote(altered.table()) + " " + clauses(altered);
    }
    String verb = effect instanceof TableEffect.Dropped ? "DROP TABLE " : "TRUNCATE TABLE ";
    return verb + quote(effect.table().name());
  }

  private static String clauses(TableEffect.Altered altered) {
    List<String> clauses = new ArrayList<>();
    for (int i = 0; i < altered.before().columns().size(); i++) {
      if (!altered.origins().contains(i)) {
        clauses.add("DROP COLUMN " + quote(altered.before().columns().get(i).name()));
      }
    }
    for (int i = 0; i < altered.origins().size(); i++) {
      if (altered.origins().get(i) < 0) {
        clauses.add("ADD COLUMN " + line(altered.after().columns().get(i)));
      }
    }
    return String.join(", ", clauses);
  }

  private static String line(Column column) {
    String type = column.type().kind() == ValueKind.INTEGER ? "bigint" : TEXT;
    return quote(column.name()) + " " + type + (column.nullable() ? " NULL" : " NOT NULL");
  }

  private static String foreignKey(TableDefinition table, ForeignKey key) {
    return "CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s) ON DELETE %s ON UPDATE %s"
        .formatted(
            quote(key.name()),
            key.columns().stream()
                .map(ordinal -> quote(table.columns().get(ordinal).name()))
                .collect(Collectors.joining(", ")),
            quote(key.parent()),
            key.parentColumns().stream()
                .map(ContractTables::quote)
                .collect(Collectors.joining(", ")),
            key.onDelete().sql(),
            key.onUpdate().sql());
  }

  /** The same table as a MySQL source would describe it. */
  static TableStructure structure(TableDefinition table) {
    List<Column> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      ColumnType type =
          column.type().kind() == ValueKind.INTEGER
              ? ColumnType.of(ValueKind.INTEGER, "bigint")
              : new ColumnType(ValueKind.TEXT, "varchar(190)", "utf8mb4", "utf8mb4_bin");
      columns.add(new Column(column.name(), type, column.nullable(), column.origin()));
    }
    return new TableStructure(
        new TableDefinition(table.id(), columns, table.uniqueKeys(), table.foreignKeys()),
        new CreateStatements(
            "mysql",
            "CREATE DATABASE IF NOT EXISTS " + quote(table.id().database()),
            createStatement(table, "")),
        new TableSize(0, 0));
  }

  /** What a query finds for a database and a name. */
  static List<String> names(MySqlServer server, String sql, TableId id) {
    try (Connection connection = server.connect();
        PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, id.database());
      statement.setString(2, id.name());
      try (ResultSet rows = statement.executeQuery()) {
        List<String> names = new ArrayList<>();
        while (rows.next()) {
          names.add(rows.getString(1));
        }
        return names;
      }
    } catch (SQLException e) {
      throw new AssertionError("Cannot look for '" + id + "'.", e);
    }
  }

  static List<Row> rows(MySqlServer server, TableDefinition table) {
    String columns =
        table.columns().stream().map(c -> quote(c.name())).collect(Collectors.joining(", "));
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT " + columns + " FROM " + quote(table.id()))) {
      List<Row> all = new ArrayList<>();
      while (rows.next()) {
        @Nullable Object[] values = new Object[table.columns().size()];
        for (int i = 0; i < values.length; i++) {
          boolean number = table.columns().get(i).type().kind() == ValueKind.INTEGER;
          long value = number ? rows.getLong(i + 1) : 0;
          values[i] = number && !rows.wasNull() ? value : rows.getString(i + 1);
        }
        all.add(Row.of(values));
      }
      return all;
    } catch (SQLException e) {
      throw new AssertionError("Cannot read '" + table.id() + "'.", e);
    }
  }

  static String quote(TableId table) {
    return quote(table.database()) + "." + quote(table.name());
  }

  static String quote(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
