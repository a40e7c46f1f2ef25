package dev.syncline.mysql;

import static dev.syncline.mysql.TableElement.Nullability.NOT_NULL;
import static dev.syncline.mysql.TableElement.Nullability.NULLABLE;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableId;
import dev.syncline.mysql.TableElement.Default;
import java.util.Optional;

/** How a server makes columns of their definitions in a session. Immutable. */
final class ColumnRules {

  /** What {@link Column#constant} has of a column without default. */
  private static final String NONE = "NONE";

  private static final Optional<String> NO_DEFAULT = Optional.of(NONE);

  private static final Optional<String> NULL = Optional.of("NULL");

  private final ModelServer server;
  private final DdlSession session;
  private final TypeRules types;
  private final DefaultRules defaults;

  ColumnRules(ModelServer server, DdlSession session) {
    this.server = server;
    this.session = session;
    this.types = new TypeRules(server, session);
    this.defaults = new DefaultRules(server.facts());
  }

  /**
   * The column that a definition makes.
   *
   * @param tableCollation the collation that it gets if it names none
   * @param isFirstTimestamp whether no column before it has type TIMESTAMP
   * @throws UnknownEffectException if that cannot be told
   */
  Column column(
      TableId table,
      TableElement.Column definition,
      String tableCollation,
      boolean isFirstTimestamp) {
    TypeRules.Type type = types.type(definition.type(), tableCollation);
    boolean implicit = isTimestamp(type.text()) && hasImplicitTimestamps(definition);
    boolean nullable =
        switch (definition.nullability()) {
          case NOT_NULL -> false;
          case NULLABLE -> true;
          case UNSAID -> !implicit;
        };
    nullable &= !definition.autoIncrement() && !isPrimary(definition);
    ColumnType columnType = columnType(table, definition.name(), type);
    Optional<String> constant =
        implicit && !nullable && definition.value().isEmpty()
            ? implicitTimestamp(definition, columnType, isFirstTimestamp)
            : written(table, definition, columnType, nullable);
    return new Column(definition.name(), columnType, nullable, origin(definition), constant);
  }

  /** The type as changes carry it. */
  ColumnType columnType(TableId table, String column, TypeRules.Type type) {
    try {
      return MySqlTypes.columnType(table, column, type.text(), type.charset(), type.collation());
    } catch (UnsupportedChangeException e) {
      throw new UnknownEffectException(
          "column '%s' has type '%s', which is not supported".formatted(column, type.text()));
    }
  }

  /** The types of columns. */
  TypeRules types() {
    return types;
  }

  static boolean isTimestamp(String type) {
    return type.startsWith("timestamp");
  }

  private boolean hasImplicitTimestamps(TableElement.Column definition) {
    boolean matters =
        definition.nullability() != NULLABLE
            && definition.generated().isEmpty()
            && (definition.nullability() != NOT_NULL || definition.value().isEmpty());
    return matters && !server.hasExplicitTimestamps(session);
  }

  private static boolean isPrimary(TableElement.Column definition) {
    return definition.keys().contains(TableElement.InlineKey.PRIMARY);
  }

  private static Column.Origin origin(TableElement.Column definition) {
    return definition
        .generated()
        .map(g -> g.stored() ? Column.Origin.GENERATED_STORED : Column.Origin.GENERATED_VIRTUAL)
        .orElse(Column.Origin.WRITTEN);
  }

  /** The first one without words on it follows the clock, the others begin with zeros. */
  private Optional<String> implicitTimestamp(
      TableElement.Column definition, ColumnType type, boolean isFirst) {
    return isFirst && !definition.onUpdate()
        ? defaults.now(type.nativeType().substring("timestamp".length()))
        : defaults.zeroTimestamp(type);
  }

  private Optional<String> written(
      TableId table, TableElement.Column definition, ColumnType type, boolean nullable) {
    boolean none = definition.value().isEmpty() || definition.generated().isPresent();
    if (none) {
      return without(nullable);
    }
    Column undefined = new Column(definition.name(), type, nullable, Column.Origin.WRITTEN);
    return constant(table, undefined, definition.value().get());
  }

  /** What a column gets that has no default. */
  static Optional<String> without(boolean nullable) {
    return nullable ? NULL : NO_DEFAULT;
  }

  /** What a column gets with a default. */
  private Optional<String> constant(TableId table, Column column, Default value) {
    NativeType type = MySqlTypes.nativeType(table, column);
    boolean literal = value.kind() == Default.Kind.STRING || value.kind() == Default.Kind.NUMBER;
    // Lenient sessions of MySQL ignore a default there.
    boolean ignored = literal && isLong(type) && !server.facts().mariaDb();
    return value.kind() == Default.Kind.NULL || ignored
        ? without(column.nullable())
        : defaults.constant(type, column.type(), value);
  }

  private static boolean isLong(NativeType type) {
    return switch (type.base()) {
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> true;
      default -> false;
    };
  }

  /** What a column has that is given another default; one that counts by itself ignores it. */
  Optional<String> changed(TableId table, Column column, Default value) {
    boolean mayCount = !column.nullable() && column.constant().orElse(NONE).equals(NONE);
    return mayCount ? Optional.empty() : constant(table, column, value);
  }

  /** The same column where it may not be NULL. */
  Column withoutNull(Column column) {
    Optional<String> constant = column.constant();
    if (constant.equals(NULL)) {
      // Those may get zeros for it, MySQL's before 5.7 of all types.
      MySqlFacts facts = server.facts();
      boolean known = facts.mariaDb() || facts.isMySqlFrom(5, 7, 22);
      boolean zeros = !known || isTimestamp(column.type().nativeType());
      constant = zeros ? Optional.empty() : NO_DEFAULT;
    }
    return column.nullable()
        ? new Column(column.name(), column.type(), false, column.origin(), constant)
        : column;
  }

  /** The same column under another name. */
  static Column named(Column column, String name) {
    return new Column(name, column.type(), column.nullable(), column.origin(), column.constant());
  }

  /** The same column with another default. */
  static Column withConstant(Column column, Optional<String> constant) {
    return new Column(column.name(), column.type(), column.nullable(), column.origin(), constant);
  }
}
