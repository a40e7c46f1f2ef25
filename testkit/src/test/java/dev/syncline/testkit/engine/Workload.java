package dev.syncline.testkit.engine;

import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.RowEditor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Transactions made by chance, on the tables of a {@link Rig}. Used by one thread. */
final class Workload {

  private static final int KEYS = 60;
  private static final int MANY = 40;

  private final Rig rig;
  private final Random random;
  private final Map<TableDefinition, Set<Long>> keys = new HashMap<>();
  private long version = 1_000;

  /** A workload on tables that were filled with so many rows. */
  Workload(Rig rig, int filled, long seed) {
    this.rig = rig;
    this.random = new Random(seed);
    for (TableDefinition table : new TableDefinition[] {Rig.USERS, Rig.ORDERS}) {
      Set<Long> there = new HashSet<>();
      for (long key = 0; key < filled; key++) {
        there.add(key);
      }
      keys.put(table, there);
    }
  }

  /** Commits some transactions, now and then a large one. */
  void commit(int transactions) {
    for (int i = 0; i < transactions; i++) {
      int changes = random.nextInt(20) == 0 ? MANY : 1 + random.nextInt(3);
      rig.database.commit(
          rows -> {
            for (int j = 0; j < changes; j++) {
              change(rows);
            }
          });
    }
  }

  private void change(RowEditor rows) {
    switch (random.nextInt(3)) {
      case 0 -> rows.insert(Rig.LEDGER.id(), Row.of(version++, 1L));
      case 1 -> change(rows, Rig.USERS);
      default -> change(rows, Rig.ORDERS);
    }
  }

  private void change(RowEditor rows, TableDefinition table) {
    Set<Long> there = keys.get(table);
    long key = random.nextInt(KEYS);
    long other = random.nextInt(KEYS);
    if (there.add(key)) {
      rows.insert(table.id(), Row.of(key, version++));
    } else if (random.nextInt(3) == 0) {
      there.remove(key);
      rows.delete(table.id(), Row.of(key));
    } else if (random.nextInt(3) == 0 && there.add(other)) {
      there.remove(key);
      rows.update(table.id(), Row.of(key), Row.of(other, version++));
    } else {
      rows.update(table.id(), Row.of(key), Row.of(key, version++));
    }
  }
}
