package dev.syncline.internal;

import dev.syncline.CheckpointStore;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.NullMarked;

/**
 * What a job does with its checkpoint and nothing else. In the engine's package, since what does it
 * is nobody else's. Not thread-safe.
 */
@NullMarked
public final class SavedTables {

  private static final String JOB = "history";
  private static final String STREAM = "binlog";

  private final CheckpointStore store;
  private final CheckpointKeeper keeper;
  private int statements;

  /** A job whose checkpoint is in a store. */
  public SavedTables(CheckpointStore store) {
    this.store = store;
    this.keeper = new CheckpointKeeper(JOB, store);
  }

  /** Saves tables as a job that has copied them. */
  public void begin(Collection<TableDefinition> tables) {
    List<PlannedTable> planned = new ArrayList<>();
    for (TableDefinition table : tables) {
      long rows = Math.abs((long) table.id().hashCode()) % 10_000_000;
      TableSize size = new TableSize(rows, rows * 180);
      planned.add(new PlannedTable(table, Preparation.CREATE, size, Copying.ALL));
    }
    keeper.load();
    keeper.save(
        new Checkpoint(
            "6f1a4a3e-9d29-4b2f-8a57-1d1f5c0c9a11",
            1,
            Phase.COPIED,
            new Checkpoint.Decided(Optional.of(Set.of()), Optional.of("shop"), List.of()),
            Map.of(STREAM, position(0)),
            planned,
            List.of(),
            Map.of(),
            List.of(),
            Map.of()));
  }

  private static String position(int statement) {
    return "mysql-bin.000042:%d".formatted(1_000 + 400L * statement);
  }

  /** Reads the checkpoint; says how many tables it has. */
  public int load() {
    return keeper.load().orElseThrow().tables().size();
  }

  /** How many characters the checkpoint has. */
  public int characters() {
    return store.load(JOB).orElseThrow().content().length();
  }

  /** Saves another position, as is done from time to time. */
  public void move() {
    keeper.save(keeper.current().withPositions(Map.of(STREAM, position(++statements))));
  }

  /** Does what is done with the checkpoint for a statement until the next run follows. */
  public void change(String sql, List<TableEffect> effects) {
    String position = position(++statements);
    SchemaChange change =
        new SchemaChange(new SchemaChange.Statement("mysql", sql, "shop", Map.of()), effects);
    HistoryEntry entry =
        HistoryEntry.of(STREAM, position, change, keeper.current().tables(), table -> true);
    keeper.save(keeper.current().withHistory(entry));
    Checkpoint behind = keeper.current().withPositions(Map.of(STREAM, position));
    keeper.save(behind.withPassed(passed -> true));
    Checkpoint loaded = keeper.load().orElseThrow();
    keeper.save(loaded.withEpoch(loaded.epoch() + 1));
  }
}
