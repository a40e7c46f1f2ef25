package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.TargetNames;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.RenameTable;
import dev.syncline.mysql.DdlStatement.RenameTable.Rename;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Puts a {@code RENAME TABLE} into the names of the target. What it does to tables is known from
 * its effects; what has none is a view. Used once.
 */
final class RenameTranslation {

  private final SchemaChange change;
  private final TargetNames names;
  private final TranslatedNames translated;
  private final boolean ofTables;
  private final List<String> pairs = new ArrayList<>();

  /**
   * A translation.
   *
   * @param ofTables whether tables are renamed, and not only views
   */
  RenameTranslation(
      SchemaChange change, TargetNames names, TranslatedNames translated, boolean ofTables) {
    this.change = change;
    this.names = names;
    this.translated = translated;
    this.ofTables = ofTables;
  }

  /**
   * The renamings at the target, in their order; empty if there are none.
   *
   * @param leftOut gets the views that are left out
   */
  Optional<String> sql(RenameTable rename, List<LeftOut> leftOut) {
    Deque<Renamed> open = new ArrayDeque<>();
    for (TableEffect effect : change.effects()) {
      if (effect instanceof Renamed renamed) {
        open.add(renamed);
      }
    }
    boolean tablesOnly = open.size() == rename.renames().size();
    for (Rename pair : rename.renames()) {
      TableId from = translated.source(pair.from());
      TableId to = translated.source(pair.to());
      Renamed next = open.peek();
      boolean ofTable =
          next != null
              && (tablesOnly || (next.table().equals(from) && next.after().id().equals(to)));
      if (ofTable) {
        table(open.remove());
      } else {
        view(from, to).ifPresent(leftOut::add);
      }
    }
    if (!open.isEmpty()) {
      throw new IllegalArgumentException(
          "it renames views beside tables, and it is not clear which is which");
    }
    return pairs.isEmpty()
        ? Optional.empty()
        : Optional.of("RENAME TABLE " + String.join(", ", pairs));
  }

  private void table(Renamed renamed) {
    SchemaChange alone = new SchemaChange(change.statement(), List.of(renamed), Optional.empty());
    for (TableEffect effect : names.effects(alone)) {
      if (ofTables && effect instanceof Renamed there) {
        add(there.before().id(), there.after().id());
      }
    }
  }

  private Optional<LeftOut> view(TableId from, TableId to) {
    if (names.keepsObject(from, List.of(to.database()))) {
      add(translated.ofObject(from), translated.ofObject(to));
      return Optional.empty();
    }
    return Optional.of(
        KeptObjects.leftOut(ObjectKind.VIEW, from, "if it was made there by hand, rename it"));
  }

  private void add(TableId from, TableId to) {
    pairs.add(quote(from) + " TO " + quote(to));
  }
}
