package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Arrived;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.mysql.DdlStatement.DropDatabase;
import dev.syncline.mysql.DdlStatement.DropTables;
import dev.syncline.mysql.DdlStatement.RenameTable;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What of a statement is about tables of the job: others are not ours to change at the target.
 *
 * @param selection which tables may be of the job
 * @param effects what the statement does to them
 * @param passesOver whether it is also about selected tables that are yet to join
 */
record OwnPart(TableSelection selection, List<TableEffect> effects, boolean passesOver) {

  /**
   * The text of that part, if it is not all of the statement.
   *
   * @throws UnknownEffectException if there is no text for it
   */
  Optional<String> of(DdlStatement statement, String database) {
    if (isWhole(statement, database)) {
      return Optional.empty();
    }
    List<TableEffect> own = effects.stream().filter(e -> !(e instanceof Arrived)).toList();
    List<Renamed> renamed = only(own, Renamed.class);
    List<Dropped> dropped = only(own, Dropped.class);
    if (statement instanceof RenameTable && !renamed.isEmpty()) {
      return Optional.of(
          renamed.stream()
              .map(r -> SqlNames.quote(r.table()) + " TO " + SqlNames.quote(r.after().id()))
              .collect(Collectors.joining(", ", "RENAME TABLE ", "")));
    }
    if (dropped.size() == own.size()) {
      return Optional.of(
          dropped.stream()
              .map(d -> SqlNames.quote(d.table()))
              .collect(Collectors.joining(", ", "DROP TABLE ", "")));
    }
    throw new UnknownEffectException(
        "it brings a table into the selection and changes others that refer to it");
  }

  private static <T extends TableEffect> List<T> only(List<TableEffect> all, Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private boolean isWhole(DdlStatement statement, String database) {
    boolean arrives = effects.stream().anyMatch(Arrived.class::isInstance);
    if (arrives) {
      // Nothing is run at the target for what arrives alone.
      return effects.stream().allMatch(Arrived.class::isInstance);
    }
    if (statement instanceof DropTables drop) {
      return !passesOver && drop.tables().stream().allMatch(name -> isSelected(name, database));
    }
    if (statement instanceof DropDatabase drop) {
      return selection.includesWhole(drop.database());
    }
    return !(statement instanceof RenameTable rename)
        || (!passesOver
            && rename.renames().stream()
                .allMatch(r -> isSelected(r.from(), database) && isSelected(r.to(), database)));
  }

  private boolean isSelected(DdlName name, String database) {
    return selection.includes(name.in(database));
  }
}
