package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.TableElement.Default;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a table to which rows were copied one by one, with {@code INSERT IGNORE}, has the rows
 * that a plain {@code ALTER TABLE} leaves. The statement is run under strict modes, so that a value
 * that does not fit ends it; what is left are differences that no mode shows.
 */
final class ReplayRules {

  private static final Set<Default.Kind> CONSTANTS =
      Set.of(
          Default.Kind.NULL,
          Default.Kind.STRING,
          Default.Kind.NUMBER,
          Default.Kind.HEX,
          Default.Kind.BITS);
  private static final List<String> INTEGERS =
      List.of("tinyint", "smallint", "mediumint", "int", "bigint");

  private ReplayRules() {}

  /** Why rows may differ; a piece of a sentence. */
  static Optional<String> obstacle(Altered effect, List<AlterClause> clauses) {
    return clauses.stream()
        .map(ReplayRules::obstacle)
        .flatMap(Optional::stream)
        .findFirst()
        .or(() -> ofColumns(effect))
        .or(() -> ofKeys(effect));
  }

  private static Optional<String> obstacle(AlterClause clause) {
    if (clause instanceof AlterClause.AddColumn add) {
      return ofNew(add.column());
    }
    if (clause instanceof AlterClause.AddCheck) {
      return Optional.of("it adds a check, and rows against it are lost while they are copied");
    }
    if (clause instanceof AlterClause.Partition) {
      return Optional.of("it is about partitions, and rows that fit into none are lost");
    }
    boolean other =
        clause instanceof AlterClause.RenameTo
            || clause instanceof AlterClause.AddForeignKey
            || clause instanceof AlterClause.Tablespace;
    return other
        ? Optional.of("it renames the shadow, adds a foreign key or is about tablespaces")
        : Optional.empty();
  }

  private static Optional<String> ofNew(TableElement.Column column) {
    boolean constant =
        column.value().map(value -> CONSTANTS.contains(value.kind())).orElse(true)
            && !column.onUpdate()
            && !column.autoIncrement();
    boolean filled =
        column.value().isPresent()
            || column.generated().isPresent()
            || column.nullability() != TableElement.Nullability.NOT_NULL;
    boolean implied =
        column.type().name().equalsIgnoreCase("timestamp")
            && column.value().isEmpty()
            && column.nullability() != TableElement.Nullability.NULLABLE;
    if (constant && filled && !implied) {
      return Optional.empty();
    }
    return Optional.of(
        "it adds column '%s', whose values in rows that are there depend on when and how they were"
                .formatted(column.name())
            + " copied");
  }

  private static Optional<String> ofColumns(Altered effect) {
    TableDefinition before = effect.before();
    for (int i = 0; i < effect.after().columns().size(); i++) {
      Column column = effect.after().columns().get(i);
      int origin = effect.origins().get(i);
      if (origin < 0) {
        boolean again = before.columns().stream().anyMatch(c -> isNamed(c, column.name()));
        if (again) {
          return Optional.of(
              "it drops column '%s' and adds another one of that name".formatted(column.name()));
        }
        continue;
      }
      Column was = before.columns().get(origin);
      if (!isNamed(was, column.name())) {
        return Optional.of(
            "it renames column '%s' to '%s', and tools may copy its values or not"
                .formatted(was.name(), column.name()));
      }
      boolean computed = was.isGenerated() && !column.isGenerated();
      if (computed || was.type().kind() != column.type().kind()) {
        return Optional.of("it gives column '%s' values of another kind".formatted(column.name()));
      }
    }
    return Optional.empty();
  }

  private static boolean isNamed(Column column, String name) {
    return column.name().equalsIgnoreCase(name);
  }

  /** Rows that another row of the same new key keeps out are lost without a word. */
  private static Optional<String> ofKeys(Altered effect) {
    for (UniqueKey key : effect.after().uniqueKeys()) {
      boolean known =
          effect.before().uniqueKeys().stream().anyMatch(was -> includes(effect, key, was));
      if (!known) {
        return Optional.of(
            "unique key '%s' compares what no key compared before, and rows that it keeps out are"
                    .formatted(key.name())
                + " lost while they are copied");
      }
    }
    return Optional.empty();
  }

  /** Whether rows that differ by one key differ by another. */
  private static boolean includes(Altered effect, UniqueKey key, UniqueKey was) {
    if (was.coverage() != UniqueKey.Coverage.COLUMNS
        || key.coverage() != UniqueKey.Coverage.COLUMNS) {
      return false;
    }
    for (int column : was.columns()) {
      int now = effect.origins().indexOf(column);
      if (now < 0 || !key.columns().contains(now)) {
        return false;
      }
      Column after = effect.after().columns().get(now);
      if (!keepsApart(effect.before().columns().get(column), after)) {
        return false;
      }
    }
    return true;
  }

  /** Whether values that differed still do. */
  private static boolean keepsApart(Column was, Column now) {
    if (was.nullable() && !now.nullable()) {
      return false;
    }
    if (was.type().equals(now.type())) {
      return true;
    }
    int before = INTEGERS.indexOf(word(was));
    int after = INTEGERS.indexOf(word(now));
    return was.type().kind() == ValueKind.INTEGER
        && before >= 0
        && after >= before
        && isUnsigned(was) == isUnsigned(now);
  }

  private static String word(Column column) {
    return column.type().nativeType().split("[ (]", 2)[0];
  }

  private static boolean isUnsigned(Column column) {
    return column.type().nativeType().contains("unsigned");
  }
}
