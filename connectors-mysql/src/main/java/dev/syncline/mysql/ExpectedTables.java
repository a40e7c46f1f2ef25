package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What tables have behind a change and had not before, or the other way round, as far as the
 * source's definitions say it. Immutable.
 */
final class ExpectedTables {

  private final Map<TableId, Span> spans = new HashMap<>();
  private final Set<TableId> dropped = new HashSet<>();

  /** A table before a change, if it was there, and behind it. */
  private record Span(@Nullable TableDefinition before, TableDefinition after) {}

  ExpectedTables(List<TableEffect> effects) {
    for (TableEffect effect : effects) {
      if (effect instanceof TableEffect.Created created) {
        spans.put(created.after().id(), new Span(null, created.after()));
      } else if (effect instanceof TableEffect.Altered altered) {
        move(altered.before(), altered.after());
      } else if (effect instanceof TableEffect.Renamed renamed) {
        move(renamed.before(), renamed.after());
      } else if (effect instanceof TableEffect.Dropped gone) {
        spans.remove(gone.before().id());
        dropped.add(gone.before().id());
      }
    }
  }

  private void move(TableDefinition before, TableDefinition after) {
    Span earlier = spans.remove(before.id());
    spans.put(after.id(), new Span(earlier == null ? before : earlier.before(), after));
  }

  /** Whether a change moves columns so that the table looks as before. */
  static boolean movesUnseen(List<TableEffect> effects) {
    for (TableEffect effect : effects) {
      if (effect instanceof TableEffect.Altered altered
          && altered.before().columns().equals(altered.after().columns())) {
        for (int i = 0; i < altered.origins().size(); i++) {
          if (altered.origins().get(i) != i) {
            return true;
          }
        }
      }
    }
    return false;
  }

  /** Whether a change makes a table that was not there. */
  boolean isCreated(TableId table) {
    Span span = spans.get(table);
    return span != null && span.before() == null;
  }

  /** Whether a change makes a table in the place of one that was there. */
  boolean isReplaced(TableId table) {
    return isCreated(table) && dropped.contains(table);
  }

  /** How a table at the target differs from what it must be behind the change. */
  Optional<String> difference(TableId table, TableLook found) {
    Span span = spans.get(table);
    if (span == null) {
      return Optional.empty();
    }
    return ofColumns(span, found).or(() -> ofKeys(span, found));
  }

  private static Optional<String> ofColumns(Span span, TableLook found) {
    Map<String, Column> before = columns(span.before());
    Map<String, Column> after = columns(span.after());
    for (String gone : before.keySet()) {
      if (!after.containsKey(gone) && found.columns().containsKey(gone)) {
        return Optional.of("column '" + gone + "' is still there");
      }
    }
    for (Column column : span.after().columns()) {
      String key = TableLook.nameKey(column.name());
      Column earlier = before.get(key);
      TableLook.ColumnLook look = found.columns().get(key);
      if (look == null) {
        // One that was left out stays so.
        if (earlier == null) {
          return Optional.of("column '" + column.name() + "' is missing");
        }
      } else if (earlier == null || !earlier.type().equals(column.type())) {
        Optional<String> obstacle = ColumnFit.obstacle(column, look);
        if (obstacle.isPresent()) {
          return obstacle.map(why -> "column '%s' differs: %s".formatted(column.name(), why));
        }
      } else if (earlier.nullable() != column.nullable() && look.nullable() != column.nullable()) {
        return Optional.of(
            "column '%s' %s be NULL".formatted(column.name(), look.nullable() ? "may" : "may not"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> ofKeys(Span span, TableLook found) {
    Set<String> before = keys(span.before());
    Set<String> after = keys(span.after());
    Set<String> there =
        found.uniqueKeys().stream()
            .map(key -> TableLook.nameKey(key.name()))
            .collect(Collectors.toSet());
    for (String key : before) {
      if (!after.contains(key) && there.contains(key)) {
        return Optional.of("unique key '" + key + "' is still there");
      }
    }
    for (String key : after) {
      if (!before.contains(key) && !there.contains(key)) {
        return Optional.of("unique key '" + key + "' is missing");
      }
    }
    return Optional.empty();
  }

  private static Map<String, Column> columns(@Nullable TableDefinition table) {
    return table == null
        ? Map.of()
        : table.columns().stream()
            .collect(Collectors.toMap(c -> TableLook.nameKey(c.name()), c -> c));
  }

  private static Set<String> keys(@Nullable TableDefinition table) {
    return table == null
        ? Set.of()
        : table.uniqueKeys().stream()
            .map(UniqueKey::name)
            .map(TableLook::nameKey)
            .collect(Collectors.toSet());
  }
}
