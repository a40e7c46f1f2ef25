package dev.syncline.testkit;

import dev.syncline.SourceReader;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Follows one stream of a {@link MemoryDatabase}. */
final class MemorySourceReader implements SourceReader<TableChange> {

  private final MemoryDatabase database;
  private final String stream;
  private final MemoryMovingTables tables;
  private final int changesPerPoll;
  private final OneUser user;
  private String memory;
  private long sequence;
  private List<TableChange> selected = List.of();
  private int handedOn;

  MemorySourceReader(
      MemoryDatabase database, MemoryPosition from, MemoryMovingTables tables, int changesPerPoll) {
    this.database = database;
    this.stream = from.stream();
    this.tables = tables;
    this.memory = tables.memory(stream);
    this.changesPerPoll = changesPerPoll;
    this.sequence = from.sequence();
    this.user = new OneUser("The reader of stream '" + stream + "'");
  }

  @Override
  public ChangeBatch<TableChange> poll(Duration maxWait) throws InterruptedException {
    return user.call(
        () -> {
          database.step();
          boolean ready =
              database.await(
                  maxWait, () -> user.isClosed() || database.log(stream).end() > sequence);
          user.checkOpen();
          return ready ? database.locked(this::next) : ChangeBatch.<TableChange>empty();
        });
  }

  private ChangeBatch<TableChange> next() {
    List<TransactionPart<TableChange>> parts = new ArrayList<>();
    long before = sequence;
    int room = changesPerPoll;
    while (room > 0 && database.log(stream).end() > sequence) {
      MemoryLog.Entry entry = database.log(stream).behind(sequence);
      Optional<String> refusal = refusal(entry);
      if (refusal.isPresent() && sequence > before) {
        break; // What lies in front of it is handed on first.
      }
      if (refusal.isPresent()) {
        throw new UnsupportedChangeException(refusal.get());
      }
      if (entry instanceof MemoryLog.Committed committed) {
        room -= take(committed, room, parts);
      } else if (entry instanceof MemoryLog.Changed changed) {
        sequence++;
        room -= take(changed, parts);
      } else {
        sequence++;
      }
    }
    Optional<Position> position =
        handedOn == 0 ? Optional.of(new MemoryPosition(stream, sequence)) : Optional.empty();
    return new ChangeBatch<>(parts, position);
  }

  /** Takes up to so many changes of a transaction; returns how many. */
  private int take(
      MemoryLog.Committed committed, int room, List<TransactionPart<TableChange>> parts) {
    if (handedOn == 0) {
      selected = committed.changes().stream().filter(tables::brings).toList();
    }
    int to = Math.min(selected.size(), handedOn + room);
    List<TableChange> taken = selected.subList(handedOn, to);
    boolean last = to == selected.size();
    handedOn = last ? 0 : to;
    sequence += last ? 1 : 0;
    // What is passed over for the job may be behind the place at which its table joins.
    if (!taken.isEmpty() || (last && tables.passesOver())) {
      Optional<Position> end =
          last ? Optional.of(new MemoryPosition(stream, sequence)) : Optional.empty();
      long bytes = taken.stream().mapToLong(MemorySourceReader::bytes).sum();
      parts.add(new TransactionPart<>(committed.id(), taken, end, committed.at(), bytes));
    }
    return taken.size();
  }

  /** Takes what a statement does to selected tables; returns whether there is something. */
  private int take(MemoryLog.Changed changed, List<TransactionPart<TableChange>> parts) {
    boolean tells = tables.passesOver();
    List<TableEffect> effects = tables.pass(changed.change().effects());
    if (effects.isEmpty() && !changed.change().effects().isEmpty()) {
      if (tells) {
        Optional<Position> end = Optional.of(new MemoryPosition(stream, sequence));
        parts.add(new TransactionPart<>(changed.id(), List.of(), end, changed.at(), 0));
      }
      return 0;
    }
    SchemaChange change =
        new SchemaChange(changed.change().statement(), effects, changed.change().memory());
    change.memory().ifPresent(this::remember);
    parts.add(
        new TransactionPart<>(
            changed.id(),
            List.of(),
            Optional.of(new MemoryPosition(stream, sequence)),
            changed.at(),
            2L * change.text().length(),
            Optional.of(change)));
    return 1;
  }

  /** Each thing to remember follows the one before. */
  private void remember(String next) {
    if (!next.equals(String.valueOf(Long.parseLong(memory) + 1))) {
      throw new IllegalStateException(
          "A reader of stream '%s' remembers '%s' where it comes to '%s'."
              .formatted(stream, memory, next));
    }
    memory = next;
  }

  /** Why an entry of the log cannot be carried. */
  private Optional<String> refusal(MemoryLog.Entry entry) {
    if (entry instanceof MemoryLog.Statement statement && tables.isSelected(statement.table())) {
      return Optional.of(
          "Cannot read stream '%s' behind '%d': '%s' on the selected table '%s' is not carried."
              .formatted(stream, sequence, statement.text(), statement.table()));
    }
    if (entry instanceof MemoryLog.Committed committed && handedOn == 0) {
      return committed.changes().stream()
          .filter(tables::brings)
          .map(TableChange::table)
          .filter(table -> !tables.isDefined(table))
          .findAny()
          .map(
              table ->
                  "Cannot read stream '%s' behind '%d': table '%s' was defined differently there."
                      .formatted(stream, sequence, table.id()));
    }
    return Optional.empty();
  }

  private static long bytes(TableChange change) {
    if (change instanceof RowUpdate update) {
      return update.before().approximateBytes() + update.after().approximateBytes();
    }
    if (change instanceof RowInsert insert) {
      return insert.after().approximateBytes();
    }
    if (change instanceof RowDelete delete) {
      return delete.before().approximateBytes();
    }
    return ((SnapshotRow) change).row().approximateBytes();
  }

  @Override
  public void acknowledge(Position position) {
    user.run(() -> database.acknowledge(stream, position));
  }

  @Override
  public void close() {
    if (user.close()) {
      database.locked(() -> {});
    }
  }
}
