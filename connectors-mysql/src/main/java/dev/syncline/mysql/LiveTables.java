package dev.syncline.mysql;

import dev.syncline.TableChangedException;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Makes sure that rows come from a table that is as it is defined where the stream stands. Used by
 * one thread.
 *
 * <p>A transaction that has read from a table keeps others from altering it, so what the table is
 * before the transaction ends it was when its rows were read.
 */
final class LiveTables {

  private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");

  private final Connection connection;
  private final MySqlCatalog catalog;
  private final Seen seen;

  /** The print of a table that is defined like this. */
  private record Known(TableDefinition definition, String print) {}

  /**
   * What the readers of a session have found out. While one looks at a table the others wait, since
   * the rows that it has read stand before theirs. Thread-safe.
   */
  static final class Seen {
    private final Map<TableId, AtomicReference<@Nullable Known>> tables = new ConcurrentHashMap<>();
    private volatile Set<TableId> away = Set.of();

    /**
     * Learns the print of a table.
     *
     * @param print that was there before and after the catalog showed the definition
     */
    void add(TableDefinition table, String print) {
      tables.put(table.id(), new AtomicReference<>(new Known(table, print)));
    }

    /** Takes which tables have no name where the stream stands, until their shadow gets it. */
    void away(Set<TableId> tables) {
      away = tables;
    }
  }

  LiveTables(Connection connection, MySqlFacts facts, Seen seen) {
    this.connection = connection;
    this.catalog = new MySqlCatalog(connection, facts.logsCascades());
    this.seen = seen;
  }

  /** Tells what a server prints of a table from what it prints of any other. */
  static String print(String createTable) {
    return Sha256.of(COUNTER.matcher(createTable).replaceAll(""));
  }

  /**
   * What the server prints of a table now, but for what changes with its rows. Asked in the
   * transaction that has read its rows.
   */
  String print(TableId table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + SqlNames.quote(table))) {
      row.next();
      return print(Objects.requireNonNullElse(row.getString(2), ""));
    }
  }

  /**
   * Checks that a table is defined like this. Asked outside of transactions.
   *
   * @param print what {@link #print(TableId)} gave
   * @throws TableChangedException if it is not, or has been changed since then
   */
  void check(TableDefinition table, String print) throws SQLException {
    AtomicReference<@Nullable Known> known =
        seen.tables.computeIfAbsent(table.id(), id -> new AtomicReference<>());
    synchronized (known) {
      Known last = known.get();
      if (last == null || !last.print().equals(print) || !last.definition().equals(table)) {
        look(table, print);
        known.set(new Known(table, print));
      }
    }
  }

  /**
   * What a failed reading means: that the table is not defined like this, if so. Values of another
   * column of the same name fail in many ways. Asked outside of transactions.
   */
  RuntimeException changedOr(TableDefinition table, RuntimeException failure) {
    if (failure instanceof TransientException) {
      return failure;
    }
    try {
      if (seen.away.contains(table.id()) && catalog.structure(table.id()).isEmpty()) {
        return exchanged(table.id(), failure);
      }
      return failure instanceof TableChangedException || isAsDefined(table)
          ? failure
          : changed(table.id(), failure);
    } catch (SQLException e) {
      failure.addSuppressed(MySqlErrors.withoutValues(e));
      return failure;
    }
  }

  private boolean isAsDefined(TableDefinition table) throws SQLException {
    Optional<TableStructure> found = catalog.structure(table.id());
    return found.isPresent() && haveSameRows(found.get().definition(), table);
  }

  private void look(TableDefinition table, String print) throws SQLException {
    if (!isAsDefined(table) || !print(table.id()).equals(print)) {
      throw changed(table.id(), null);
    }
  }

  /**
   * Whether rows mean the same by both definitions. What statements make of a table need not be
   * known in all that the catalog has, such as defaults.
   */
  private static boolean haveSameRows(TableDefinition one, TableDefinition other) {
    return columns(one).equals(columns(other)) && one.uniqueKeys().equals(other.uniqueKeys());
  }

  private static List<Column> columns(TableDefinition table) {
    return table.columns().stream()
        .map(c -> new Column(c.name(), c.type(), c.nullable(), c.origin()))
        .toList();
  }

  /** The stream brings nothing that explains why such a table is not there. */
  private static TransientException exchanged(TableId table, RuntimeException cause) {
    return new TransientException(
        ("Table '%s' is not there: a tool that changes it online has renamed it, and its shadow has"
                + " not got its name yet. Its rows are read when it is there again.")
            .formatted(table),
        cause);
  }

  /** Says that a table is not as it is defined. */
  static TableChangedException changed(TableId table, @Nullable Throwable cause) {
    return new TableChangedException(
        table,
        ("Table '%s' is not as it is where the job stands in the log: it was altered, renamed or"
                + " dropped since then. Its rows are read when the job has come to that change.")
            .formatted(table),
        cause);
  }
}
