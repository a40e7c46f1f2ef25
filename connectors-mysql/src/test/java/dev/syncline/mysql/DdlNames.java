package dev.syncline.mysql;

import dev.syncline.SelectedTable;
import dev.syncline.TableSelection;
import dev.syncline.TargetNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The names that a job gives to databases, tables and columns that statements of a test define, and
 * the way back. Immutable.
 */
public final class DdlNames {

  /** What stands before names at the target. Nothing else has these letters. */
  private static final String OF_DATABASE = "zz_";

  private static final String OF_TABLE = "zt_";
  private static final String OF_COLUMN = "zc` ";

  /** Random columns have lower numbers. */
  private static final int RANDOM = 2_000;

  private final List<String> tables;
  private final List<String> columns;

  private DdlNames(List<String> tables, List<String> columns) {
    this.tables = tables;
    this.columns = columns;
  }

  /** All names are those of the source. */
  public static DdlNames same() {
    return new DdlNames(List.of(), List.of());
  }

  /** Databases, some of the tables and, in all tables, some columns have others. */
  public static DdlNames others() {
    List<String> columns = new ArrayList<>(List.of("id", "a", "b", "x", "e", "name"));
    for (int number = 0; number < RANDOM; number += 2) {
      columns.add("c" + number);
    }
    return new DdlNames(List.of("t", "p", "c", "g", "r", "v", "parent"), List.copyOf(columns));
  }

  /** Whether all names are those of the source. */
  public boolean areSame() {
    return tables.isEmpty() && columns.isEmpty();
  }

  /** The name of a database at the target. */
  public String database(String source) {
    return areSame() ? source : OF_DATABASE + source;
  }

  /** Selects databases that are yet to be made. */
  public void select(TableSelection.Builder selection, Iterable<String> databases) {
    for (String database : databases) {
      if (areSame()) {
        selection.databases(database + "*");
      } else {
        selection.databases(
            database,
            db -> {
              db.as(database(database));
              tables.forEach(table -> db.table(table, t -> columns(t.as(OF_TABLE + table))));
              db.tables("*", this::columns);
            });
      }
    }
  }

  private void columns(SelectedTable.Builder table) {
    columns.forEach(column -> table.rename(column, OF_COLUMN + column));
  }

  /** What a server shows, in the names of the source, and in an order without regard to them. */
  public List<String> comparable(List<String> shown) {
    return areSame() ? shown : shown.stream().map(this::comparable).sorted().toList();
  }

  /** Some servers quote a name only if they must, and all order constraints by their names. */
  private String comparable(String shown) {
    return shown
        .lines()
        .map(line -> atSource(line.replaceFirst(",$", "")).replace("`", ""))
        .sorted()
        .collect(Collectors.joining("\n"));
  }

  private static String atSource(String shown) {
    return shown
        .replace(OF_DATABASE, "")
        .replace(OF_TABLE, "")
        .replace(OF_COLUMN, "")
        .replace(OF_TABLE.replace("`", "``"), "")
        .replace(OF_COLUMN.replace("`", "``"), "");
  }

  /** The names as a writer of statements is given them; empty if all are those of the source. */
  Optional<TargetNames> given(Iterable<String> databases) {
    if (areSame()) {
      return Optional.empty();
    }
    GivenNames given = new GivenNames();
    for (String database : databases) {
      given.database(database, database(database));
      for (String table : tables) {
        given.table(database + "." + table, database(database) + "." + OF_TABLE + table);
      }
    }
    columns.forEach(column -> given.column(column, OF_COLUMN + column));
    return Optional.of(given);
  }
}
