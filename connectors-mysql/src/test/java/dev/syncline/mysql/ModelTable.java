package dev.syncline.mysql;

import dev.syncline.change.Row;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A table that behaves like the server's: it checks unique keys at each single row and compares
 * texts without case, accents and trailing spaces. Each row also has a value that only the target
 * knows.
 */
final class ModelTable {

  static final String DEFAULT_OWN = "default";

  /** A row with the target's own value. */
  record Stored(Row row, String own) {}

  private final TargetTable table;
  private final List<List<Integer>> keys;
  private final List<Stored> rows = new ArrayList<>();

  /**
   * An empty table.
   *
   * @param keys the columns of the identity, then those of the other unique keys; a key of one
   *     negative number is the first character of that column
   */
  ModelTable(TargetTable table, List<List<Integer>> keys) {
    this.table = table;
    this.keys = keys;
  }

  List<Stored> rows() {
    return rows;
  }

  /** The rows in words; no two rows have the same. */
  List<String> described() {
    return rows.stream().map(s -> describe(s.row()) + " " + s.own()).toList();
  }

  static String describe(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.value(i));
    }
    return values.toString();
  }

  List<Row> images() {
    return rows.stream().map(Stored::row).toList();
  }

  /** Whether a row could be put in the place of another one, or added if that is null. */
  boolean accepts(Row row, Row inPlaceOf) {
    return rows.stream()
        .filter(s -> !s.row().equals(inPlaceOf))
        .noneMatch(s -> keys.stream().anyMatch(k -> collide(k, s.row(), row)));
  }

  void put(Row row, String own) {
    rows.add(new Stored(row, own));
  }

  /** An insert that overwrites the row with its key, and fails at another row's unique value. */
  void upsert(Row row) {
    Stored old = withKeyOf(row);
    if (!accepts(row, old == null ? null : old.row())) {
      throw new IllegalStateException("A row meets another row's unique value.");
    }
    String own = old == null ? DEFAULT_OWN : old.own();
    if (old != null) {
      rows.remove(old);
    }
    put(row, own);
  }

  void delete(Row row) {
    Stored old = withKeyOf(row);
    if (old != null) {
      rows.remove(old);
    }
  }

  /** Changes the key of a row and keeps its own value. */
  void move(Row before, Row after) {
    Stored old = withKeyOf(before);
    if (old == null) {
      upsert(after);
      return;
    }
    Stored stale = withKeyOf(after);
    if (stale != null && !stale.equals(old)) {
      rows.remove(stale);
    }
    rows.remove(old);
    if (!accepts(after, null)) {
      throw new IllegalStateException("A row meets another row's unique value.");
    }
    put(after, old.own());
  }

  /** A row is not there of which only some columns are known. */
  static final class MissingRow extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Changes the columns of a row that are known. */
  void patch(Row before, Row after, boolean mayBeMissing) {
    Stored old = withKeyOf(before);
    if (old == null && mayBeMissing) {
      return;
    }
    if (old == null) {
      throw new MissingRow();
    }
    Row patched = table.definition().carriedOver(old.row(), after);
    if (!accepts(patched, old.row())) {
      throw new IllegalStateException("A row meets another row's unique value.");
    }
    rows.remove(old);
    put(patched, old.own());
  }

  void run(TableStep step) {
    if (step instanceof TableStep.Write write) {
      write.rows().forEach(this::upsert);
    } else if (step instanceof TableStep.Delete delete) {
      delete.rows().forEach(this::delete);
    } else if (step instanceof TableStep.Move move) {
      move(move.before(), move.after());
    } else if (step instanceof TableStep.Patch patch) {
      patch(patch.before(), patch.after(), patch.mayBeMissing());
    } else {
      throw new IllegalArgumentException("A table with a key does not have the step " + step);
    }
  }

  boolean sameKey(Row left, Row right) {
    return collide(keys.get(0), left, right);
  }

  private Stored withKeyOf(Row row) {
    return rows.stream().filter(s -> sameKey(s.row(), row)).findFirst().orElse(null);
  }

  private static boolean collide(List<Integer> key, Row left, Row right) {
    for (int column : key) {
      Object a = value(left, column);
      Object b = value(right, column);
      if (a == null || !Objects.equals(a, b)) {
        return false;
      }
    }
    return true;
  }

  private static Object value(Row row, int column) {
    if (column >= 0) {
      return weight(row.value(column));
    }
    Object whole = weight(row.value(-column));
    return whole instanceof String text ? text.substring(0, Math.min(1, text.length())) : whole;
  }

  private static Object weight(Object value) {
    if (!(value instanceof String text)) {
      return value;
    }
    String bare = Normalizer.normalize(text, Normalizer.Form.NFD).replaceAll("\\p{M}", "");
    return bare.toLowerCase(Locale.ROOT).stripTrailing();
  }

  @Override
  public String toString() {
    return table.id() + " with " + rows.size() + " rows";
  }
}
