package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.change.TableId;
import dev.syncline.mysql.StatementEffect.ObjectName;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides whether a statement may concern a selected table. */
final class StatementJudge {
  private final TableSelection selection;
  private final TableHistory known;
  private final boolean ignoresCase;

  /**
   * A judge.
   *
   * @param known the selected tables that exist where the statement stands
   * @param ignoresCase whether the server takes names in any case ({@code lower_case_table_names})
   */
  StatementJudge(TableSelection selection, TableHistory known, boolean ignoresCase) {
    this.selection = selection;
    this.known = known;
    this.ignoresCase = ignoresCase;
  }

  /**
   * The first selected object that a statement may concern.
   *
   * @param defaultDatabase the session's default database; empty for none
   * @return the name for messages; empty if the statement is provably about something else
   */
  Optional<String> touched(StatementEffect effect, String defaultDatabase) {
    return switch (effect.kind()) {
      case NONE -> Optional.empty();
      case CREATES_ABSENT -> first(effect, defaultDatabase, (id) -> isSelected(id) && !isKnown(id));
      case DROPS -> first(effect, defaultDatabase, this::isKnown);
      case CHANGES, WRITES -> first(effect, defaultDatabase, this::isSelected);
      case DROPS_DATABASES -> selectedDatabase(effect, defaultDatabase);
      case CHANGES_DATABASES ->
          known.isMoving() ? selectedDatabase(effect, defaultDatabase) : Optional.empty();
      case DEFINES_SOMETHING -> mentioned(effect, defaultDatabase);
      case UNKNOWN -> unknownTouches(effect, defaultDatabase);
    };
  }

  /** Whether a statement is about tables or databases of which selected ones may come. */
  boolean isNear(StatementEffect effect, String defaultDatabase) {
    return effect.kind() != StatementEffect.Kind.NONE
        && effect.kind() != StatementEffect.Kind.WRITES
        && databases(effect, defaultDatabase).anyMatch(this::isSelectedDatabase);
  }

  private Optional<String> selectedDatabase(StatementEffect effect, String defaultDatabase) {
    return databases(effect, defaultDatabase).filter(this::isSelectedDatabase).findFirst();
  }

  private static Stream<String> databases(StatementEffect effect, String defaultDatabase) {
    return effect.objects().stream()
        .map(ObjectName::database)
        .map(name -> name.isEmpty() ? defaultDatabase : name);
  }

  /** Definitions name what they change, whatever their syntax. */
  private Optional<String> mentioned(StatementEffect effect, String defaultDatabase) {
    return effect.objects().stream()
        .map(ObjectName::database)
        .filter(
            name ->
                isSelectedDatabase(name)
                    || (!defaultDatabase.isEmpty()
                        && !name.isEmpty()
                        && isSelected(new TableId(defaultDatabase, name))))
        .findFirst();
  }

  private Optional<String> unknownTouches(StatementEffect effect, String defaultDatabase) {
    return isSelectedDatabase(defaultDatabase)
        ? Optional.of(defaultDatabase)
        : effect.objects().stream()
            .map(ObjectName::database)
            .filter(name -> name.isEmpty() || isSelectedDatabase(name))
            .findFirst();
  }

  private Optional<String> first(
      StatementEffect effect, String defaultDatabase, java.util.function.Predicate<TableId> test) {
    for (ObjectName name : effect.objects()) {
      String database = name.database().isEmpty() ? defaultDatabase : name.database();
      if (!database.isEmpty() && !name.table().isEmpty()) {
        TableId id = new TableId(database, name.table());
        if (test.test(id)) {
          return Optional.of(id.toString());
        }
      }
    }
    return Optional.empty();
  }

  private boolean isSelectedDatabase(String name) {
    return selection.includesDatabase(name)
        || (ignoresCase
            && (selection.includesDatabase(name.toLowerCase(Locale.ROOT))
                || selection.databases().stream().anyMatch(name::equalsIgnoreCase)));
  }

  private boolean isSelected(TableId id) {
    if (selection.includes(id)) {
      return true;
    }
    return ignoresCase
        && (isKnown(id)
            || selection.includes(
                new TableId(
                    id.database().toLowerCase(Locale.ROOT), id.name().toLowerCase(Locale.ROOT))));
  }

  private boolean isKnown(TableId id) {
    return known.find(id) != null
        || (ignoresCase
            && known.names().stream()
                .anyMatch(
                    k ->
                        k.database().equalsIgnoreCase(id.database())
                            && k.name().equalsIgnoreCase(id.name())));
  }
}
