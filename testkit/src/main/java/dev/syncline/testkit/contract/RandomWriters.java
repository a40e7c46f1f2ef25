package dev.syncline.testkit.contract;

import dev.syncline.change.Row;
import dev.syncline.change.TableId;
import dev.syncline.testkit.RowEditor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Writers that change a table of (id, name) at random until they are stopped, each its own ids, and
 * know what must be in the table then. The table has a key, or is used as if it had one.
 */
final class RandomWriters implements AutoCloseable {

  private static final long IDS = 150;

  private final SourceFixture fixture;
  private final TableId table;
  private final boolean keyed;
  private final List<Map<Long, String>> models = new ArrayList<>();
  private final List<Future<?>> running = new ArrayList<>();
  private final ExecutorService threads;
  private volatile boolean stopped;

  RandomWriters(SourceFixture fixture, TableId table, boolean keyed, int writers) {
    this.fixture = fixture;
    this.table = table;
    this.keyed = keyed;
    this.threads = Executors.newFixedThreadPool(writers);
    for (int i = 0; i < writers; i++) {
      Map<Long, String> model = new TreeMap<>();
      models.add(model);
      fill(model, i * IDS);
    }
  }

  private void fill(Map<Long, String> model, long first) {
    fixture.commit(
        edit -> {
          for (long id = first; id < first + IDS; id += 2) {
            edit.insert(table, Row.of(id, "at first"));
            model.put(id, "at first");
          }
        });
  }

  void start(long seed) {
    for (int i = 0; i < models.size(); i++) {
      Map<Long, String> model = models.get(i);
      long first = i * IDS;
      Random random = new Random(seed + i);
      running.add(
          threads.submit(
              () -> {
                for (long step = 0; !stopped; step++) {
                  commit(model, first, random, "step " + step);
                }
                fixture.commit(edit -> {}); // Whatever is behind the last commit is done now.
              }));
    }
  }

  private void commit(Map<Long, String> model, long first, Random random, String name) {
    // The changes are made up beforehand, because a fixture may have to repeat a transaction.
    List<Consumer<RowEditor>> changes = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      changes.add(
          change(
              model, first + random.nextInt((int) IDS), first + random.nextInt((int) IDS), name));
    }
    fixture.commit(edit -> changes.forEach(change -> change.accept(edit)));
  }

  /** Makes up a change and notes it in the model. */
  private Consumer<RowEditor> change(Map<Long, String> model, long id, long other, String name) {
    String old = model.remove(id);
    if (old == null) {
      model.put(id, name);
      return edit -> edit.insert(table, Row.of(id, name));
    }
    if ((id + other) % 3 == 0) {
      return edit -> edit.delete(table, address(id, old));
    }
    long moved = model.containsKey(other) ? id : other;
    String renamed = name + " of " + other;
    model.put(moved, renamed);
    return edit -> edit.update(table, address(id, old), Row.of(moved, renamed));
  }

  private Row address(long id, String name) {
    return keyed ? Row.of(id) : Row.of(id, name);
  }

  /** Lets the writers end with the transaction that they are at. */
  void requestStop() {
    stopped = true;
  }

  /** Stops the writers and gives the rows that must be in the table. */
  List<Row> stop() throws InterruptedException {
    stopped = true;
    for (Future<?> writer : running) {
      try {
        writer.get(1, TimeUnit.MINUTES);
      } catch (ExecutionException | TimeoutException e) {
        throw new AssertionError("A writer failed.", e);
      }
    }
    List<Row> rows = new ArrayList<>();
    models.forEach(model -> model.forEach((id, name) -> rows.add(Row.of(id, name))));
    return rows;
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdown();
  }
}
