package dev.syncline.transform;

import dev.syncline.TableTransform;
import dev.syncline.Transform;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * A table that is changed by chance, and a copy of it behind transforms that is changed by what
 * these make of the changes. The copy is strict: what is inserted must not be there, what is
 * changed or deleted must be there as it is said to have been.
 */
final class TransformHistory {

  private static final int CHANGES = 40;
  private static final int KEYS = 6;

  /** The transforms have brought the copy away from its table. */
  static final class Broken extends RuntimeException {

    private static final long serialVersionUID = 1;

    Broken(String what) {
      super(what);
    }
  }

  private final Random random;
  private final List<? extends Transform<TableChange>> transforms;
  private final boolean wholeRows;
  private final TableDefinition table = Sample.USERS;
  private final Map<Long, Row> rows = new TreeMap<>();
  private final Map<Row, Row> copy = new HashMap<>();

  /**
   * A history.
   *
   * @param wholeRows whether changes have all values, also those that did not change
   */
  TransformHistory(
      long seed, List<? extends Transform<TableChange>> transforms, boolean wholeRows) {
    this.random = new Random(seed);
    this.transforms = transforms;
    this.wholeRows = wholeRows;
  }

  /** Changes the table, and compares the copy with what a snapshot of the table would have been. */
  void run() {
    for (int i = 0; i < CHANGES; i++) {
      change();
    }
    Map<Row, Row> expected = new HashMap<>();
    for (Row row : rows.values()) {
      through(new SnapshotRow(table, row))
          .ifPresent(
              change -> {
                Row put = ((SnapshotRow) change).row();
                if (expected.put(key(change, put), put) != null) {
                  throw new Broken("Two rows have become one.");
                }
              });
    }
    if (!expected.equals(copy)) {
      throw new Broken("The copy is not the transformed table.");
    }
  }

  private void change() {
    long id = random.nextInt(KEYS);
    Row before = rows.get(id);
    if (before == null) {
      Row row = row(id, id);
      rows.put(id, row);
      write(new RowInsert(table, row));
    } else if (random.nextInt(4) == 0) {
      rows.remove(id);
      write(new RowDelete(table, lacking(before, before)));
    } else {
      long other = random.nextInt(KEYS);
      long next = rows.containsKey(other) ? id : other;
      Row after = row(next, before);
      rows.remove(id);
      rows.put(next, after);
      write(new RowUpdate(table, lacking(before, before), lacking(after, before)));
    }
  }

  private Row row(long id, long email) {
    return Row.of(id, "user" + email + "@example.org", phone(), amount());
  }

  /** Some values change, others do not. */
  private Row row(long id, Row before) {
    return Row.of(
        id,
        before.value(1),
        random.nextBoolean() ? phone() : before.value(2),
        random.nextBoolean() ? amount() : before.value(3));
  }

  private String phone() {
    return random.nextInt(3) == 0 ? null : "0" + random.nextInt(100_000);
  }

  private BigDecimal amount() {
    return BigDecimal.valueOf(random.nextInt(1_000), 2);
  }

  /** A row as a log has it that may leave out what did not change, but not the key. */
  private Row lacking(Row row, Row before) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      boolean same = Objects.equals(row.value(i), before.value(i));
      boolean left = !wholeRows && i > 0 && same && random.nextBoolean();
      values[i] = left ? Row.ABSENT : row.value(i);
    }
    return Row.of(values);
  }

  private Optional<TableChange> through(TableChange change) {
    Optional<TableChange> result = Optional.of(change);
    for (Transform<TableChange> transform : transforms) {
      result = result.flatMap(transform::apply);
    }
    if (result.isPresent() && !result.get().table().equals(behind())) {
      throw new Broken("A change does not have the definition that was foretold.");
    }
    return result;
  }

  private TableDefinition behind() {
    TableDefinition behind = table;
    for (Transform<TableChange> transform : transforms) {
      behind = transform instanceof TableTransform t ? t.table(behind) : behind;
    }
    return behind;
  }

  private static Row key(TableChange change, Row row) {
    return row.pick(change.table().identity().orElseThrow().columns());
  }

  private void write(TableChange change) {
    through(change).ifPresent(this::apply);
  }

  private void apply(TableChange change) {
    if (change instanceof RowInsert insert) {
      put(change, insert.after());
    } else if (change instanceof RowDelete delete) {
      take(change, delete.before());
    } else if (change instanceof RowUpdate update) {
      Row before = take(change, update.before());
      put(change, update.table().carriedOver(before, update.after()));
    } else {
      throw new Broken("A change has become a row of a snapshot.");
    }
  }

  private Row take(TableChange change, Row before) {
    Row there = copy.remove(key(change, before));
    if (there == null) {
      throw new Broken("A row that is changed is not there.");
    }
    for (int i = 0; i < before.size(); i++) {
      if (before.has(i) && !Objects.equals(before.value(i), there.value(i))) {
        throw new Broken("A row is not as it is said to have been.");
      }
    }
    return there;
  }

  private void put(TableChange change, Row row) {
    if (copy.put(key(change, row), row) != null) {
      throw new Broken("There are two rows of a key.");
    }
  }

  /** The transforms that a test chooses from, in the order in which they may be chained. */
  static List<TableTransform> choice(Random random, boolean wholeRows) {
    List<TableTransform> chosen = new ArrayList<>();
    List<TableTransform> all = new ArrayList<>();
    all.add(Transforms.mask("shop.users", "email", Mask.hash(Sample.SALT)));
    all.add(
        random.nextBoolean()
            ? Transforms.mask("*.*", "id", Mask.hash(Sample.SALT))
            : Transforms.convert("*.*", "id", Conversion.toText(20)));
    if (wholeRows) {
      all.add(
          Transforms.add("shop.*", Sample.text("copy", true), row -> (String) row.value("phone")));
      all.add(Transforms.filter("*.users", row -> row.value("phone") != null));
    }
    all.add(
        random.nextBoolean()
            ? Transforms.mask("shop.users", "phone", Mask.partial(1, 2))
            : Transforms.mask("shop.users", "phone"));
    all.add(Transforms.convert("shop.users", "amount", Conversion.toDecimal(20, 4)));
    all.add(Transforms.rename("shop.users", "id", "uid"));
    all.add(Transforms.drop("shop.users", random.nextBoolean() ? "email" : "amount"));
    for (TableTransform transform : all) {
      if (random.nextBoolean()) {
        chosen.add(transform);
      }
    }
    return chosen;
  }
}
