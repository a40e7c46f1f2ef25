package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.MapMetadata.Collations;
import dev.syncline.mysql.MapMetadata.KeyPart;
import dev.syncline.mysql.MapMetadata.Label;
import dev.syncline.mysql.NativeType.Base;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Compares what a TABLE_MAP event says of a table beyond the types of its columns with the
 * definition by which its rows are read. What the server does not log is not compared. Immutable.
 */
final class TableMapCheck {

  /** What the log calls types of geometries, by their numbers. */
  private static final List<List<Base>> GEOMETRIES =
      List.of(
          List.of(Base.GEOMETRY),
          List.of(Base.POINT),
          List.of(Base.LINESTRING),
          List.of(Base.POLYGON),
          List.of(Base.MULTIPOINT),
          List.of(Base.MULTILINESTRING),
          List.of(Base.MULTIPOLYGON),
          List.of(Base.GEOMETRYCOLLECTION, Base.GEOMCOLLECTION));

  private final boolean mariaDb;
  private final IntFunction<Optional<String>> collations;

  /**
   * A check of what a server has logged.
   *
   * @param mariaDb whether the server is a MariaDB
   * @param collations the name of a collation by its number; empty if that is not known
   */
  TableMapCheck(boolean mariaDb, IntFunction<Optional<String>> collations) {
    this.mariaDb = mariaDb;
    this.collations = collations;
  }

  /**
   * Compares.
   *
   * @param map of as many columns as the table, whose types agree
   * @throws UnsupportedChangeException if they contradict each other
   */
  void check(TableMap map, TableDefinition table) {
    MapMetadata metadata = map.metadata();
    List<Typed> columns = new ArrayList<>();
    for (Column column : table.columns()) {
      columns.add(new Typed(column, MySqlTypes.nativeType(table.id(), column)));
    }
    checkNames(metadata, table);
    checkSigns(metadata, table, columns);
    checkCollations(metadata, table, columns);
    checkLabels(metadata.enumLabels(), table, columns, Base.ENUM);
    checkLabels(metadata.setLabels(), table, columns, Base.SET);
    checkGeometries(metadata, table, columns);
    checkKey(metadata, table);
  }

  /** A column and its type taken apart. */
  private record Typed(Column column, NativeType type) {

    boolean isGeometry() {
      return GEOMETRIES.stream().anyMatch(bases -> bases.contains(type.base()));
    }

    boolean hasLabels() {
      return type.base() == Base.ENUM || type.base() == Base.SET;
    }

    /** Whether it is of text or bytes. */
    boolean isString() {
      return switch (type.base()) {
        case CHAR,
            VARCHAR,
            TINYTEXT,
            TEXT,
            MEDIUMTEXT,
            LONGTEXT,
            BINARY,
            VARBINARY,
            TINYBLOB,
            BLOB,
            MEDIUMBLOB,
            LONGBLOB ->
            true;
        default -> false;
      };
    }

    String collation() {
      String name = column.type().collation();
      return name.isEmpty() ? ServerCollations.BINARY : name;
    }
  }

  private static void checkNames(MapMetadata metadata, TableDefinition table) {
    for (int i = 0; i < metadata.columnNames().size(); i++) {
      String logged = metadata.columnNames().get(i);
      String name = table.columns().get(i).name();
      if (!logged.equals(name)) {
        throw contradiction(
            table, "column '" + name + "' in place " + (i + 1), "column '" + logged + "' there");
      }
    }
  }

  /** MySQL counts YEAR among the numbers whose signs it logs; that is not to be relied on. */
  private static void checkSigns(MapMetadata metadata, TableDefinition table, List<Typed> columns) {
    List<Boolean> logged = metadata.unsignedFlags();
    if (!logged.isEmpty()
        && !logged.equals(signs(columns, true))
        && !logged.equals(signs(columns, false))) {
      throw contradiction(table, "unsigned columns", "others that are unsigned");
    }
  }

  private static List<Boolean> signs(List<Typed> columns, boolean withYears) {
    List<Boolean> signs = new ArrayList<>();
    for (Typed column : columns) {
      NativeType type = column.type();
      if (type.base().isNumeric()) {
        signs.add(type.unsigned());
      } else if (withYears && type.base() == Base.YEAR) {
        signs.add(true);
      }
    }
    while (signs.size() % Byte.SIZE != 0) {
      signs.add(false);
    }
    return signs;
  }

  /** MariaDB counts geometries among the columns of bytes. */
  private void checkCollations(MapMetadata metadata, TableDefinition table, List<Typed> columns) {
    List<Typed> strings =
        columns.stream().filter(c -> c.isString() || (mariaDb && c.isGeometry())).toList();
    metadata.textCollations().ifPresent(logged -> checkCollations(logged, table, strings));
    List<Typed> labels = columns.stream().filter(Typed::hasLabels).toList();
    metadata.labelCollations().ifPresent(logged -> checkCollations(logged, table, labels));
  }

  private void checkCollations(Collations logged, TableDefinition table, List<Typed> columns) {
    if (!logged.fits(columns.size())) {
      throw contradiction(
          table, columns.size() + " columns with a collation", "collations of others");
    }
    for (int i = 0; i < columns.size(); i++) {
      Column column = columns.get(i).column();
      String known = columns.get(i).collation();
      String found = collations.apply((int) logged.of(i)).orElse(known);
      if (!withoutSynonym(found).equals(withoutSynonym(known))) {
        throw contradiction(
            table,
            "column '" + column.name() + "' with collation '" + known + "'",
            "collation '" + found + "'");
      }
    }
  }

  /** Servers call the character set of three bytes {@code utf8} or {@code utf8mb3}. */
  private static String withoutSynonym(String collation) {
    return collation.startsWith("utf8mb3_") ? "utf8_" + collation.substring(8) : collation;
  }

  private static void checkLabels(
      List<List<Label>> logged, TableDefinition table, List<Typed> columns, Base base) {
    List<Typed> labelled = columns.stream().filter(c -> c.type().base() == base).toList();
    if (logged.isEmpty()) {
      return;
    }
    if (logged.size() != labelled.size()) {
      throw contradiction(
          table,
          "%d columns of type %s".formatted(labelled.size(), base),
          "%d".formatted(logged.size()));
    }
    for (int i = 0; i < labelled.size(); i++) {
      Column column = labelled.get(i).column();
      List<String> labels = labelled.get(i).type().labels();
      MySqlCharset charset = MySqlTypes.charset(table.id(), column);
      List<String> found = logged.get(i).stream().map(l -> text(l, charset)).toList();
      if (!found.equals(labels)) {
        throw contradiction(
            table,
            "column '%s' with labels %s".formatted(column.name(), labels),
            "labels " + found);
      }
    }
  }

  private static String text(Label label, MySqlCharset charset) {
    byte[] bytes = label.bytes();
    try {
      return charset.decode(bytes, 0, bytes.length);
    } catch (MalformedValueException e) {
      return "0x" + HexFormat.of().formatHex(bytes);
    }
  }

  private static void checkGeometries(
      MapMetadata metadata, TableDefinition table, List<Typed> columns) {
    List<Integer> logged = metadata.geometries();
    List<Typed> geometries = columns.stream().filter(Typed::isGeometry).toList();
    if (logged.isEmpty()) {
      return;
    }
    if (logged.size() != geometries.size()) {
      throw contradiction(table, geometries.size() + " columns of geometries", "" + logged.size());
    }
    for (int i = 0; i < logged.size(); i++) {
      Typed column = geometries.get(i);
      int number = logged.get(i);
      boolean known = number >= 0 && number < GEOMETRIES.size();
      if (!known || !GEOMETRIES.get(number).contains(column.type().base())) {
        throw contradiction(
            table,
            "column '%s' as %s".formatted(column.column().name(), column.type().base()),
            known ? "" + GEOMETRIES.get(number).get(0) : "type " + number + " of geometries");
      }
    }
  }

  /** Servers take a unique key without NULL for the primary key where there is none. */
  private static void checkKey(MapMetadata metadata, TableDefinition table) {
    Optional<UniqueKey> primary =
        table.uniqueKeys().stream().filter(UniqueKey::isPrimary).findFirst();
    List<Integer> logged = metadata.key().stream().map(part -> (int) part.column()).toList();
    boolean hasPrefix = metadata.key().stream().map(KeyPart::prefix).anyMatch(p -> p > 0);
    // A server that logs the names of columns also logs the key.
    if (metadata.columnNames().isEmpty() || (logged.isEmpty() && primary.isEmpty())) {
      return;
    }
    boolean same =
        table.uniqueKeys().stream()
            .filter(key -> primary.isEmpty() || key.isPrimary())
            .filter(key -> !hasPrefix || key.coverage() == UniqueKey.Coverage.PREFIX)
            .anyMatch(key -> key.columns().equals(logged));
    if (!same) {
      throw contradiction(
          table,
          primary.map(key -> "primary key " + names(key.columns(), table)).orElse("no such key"),
          logged.isEmpty() ? "none" : "key " + names(logged, table));
    }
  }

  private static List<String> names(List<Integer> columns, TableDefinition table) {
    int count = table.columns().size();
    return columns.stream()
        .map(c -> c >= 0 && c < count ? table.columns().get(c).name() : "column " + c)
        .toList();
  }

  /** Says that the log and the definition contradict each other; the place is to be added. */
  static UnsupportedChangeException contradiction(
      TableDefinition table, String known, String logged) {
    return new UnsupportedChangeException(
        ("Cannot decode rows of table '%s': the known definition has %s, but the binary log has %s."
                + " The table was changed without the job seeing it, or has a hidden column, as"
                + " MariaDB adds for a unique key over long text. Load it again, or leave it out of"
                + " the selection.")
            .formatted(table.id(), known, logged));
  }
}
