package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Tables as lines of text. A table's lines follow its first one. Types of columns, of which many
 * tables have few, stand in lines of their own and are numbered as they come.
 */
final class TableLines {

  private TableLines() {}

  static String print(List<PlannedTable> tables) {
    StringBuilder out = new StringBuilder();
    Map<ColumnType, Integer> types = new HashMap<>();
    for (PlannedTable table : tables) {
      table.definition().columns().forEach(column -> number(out, column.type(), types));
      print(out, table, types);
    }
    return out.toString();
  }

  private static void number(StringBuilder out, ColumnType t, Map<ColumnType, Integer> types) {
    if (types.putIfAbsent(t, types.size()) == null) {
      line(out, "type", t.kind(), t.nativeType(), t.charset(), t.collation());
    }
  }

  private static void print(StringBuilder out, PlannedTable table, Map<ColumnType, Integer> types) {
    TableDefinition definition = table.definition();
    TableId id = definition.id();
    TableSize size = table.size();
    line(out, "table", id.database(), id.name(), table.preparation(), size.rows(), size.bytes());
    for (Column c : definition.columns()) {
      int type = Objects.requireNonNull(types.get(c.type()));
      List<Object> fields =
          new ArrayList<>(List.of(c.name(), type, c.nullable() ? 1 : 0, c.origin()));
      c.constant().ifPresent(fields::add);
      line(out, "column", fields.toArray());
    }
    for (UniqueKey key : definition.uniqueKeys()) {
      String columns = key.columns().stream().map(String::valueOf).collect(Collectors.joining(","));
      line(out, "key", key.name(), key.coverage(), columns);
    }
    for (ForeignKey key : definition.foreignKeys()) {
      TableId parent = key.parent();
      Object[] names = {key.name(), parent.database(), parent.name()};
      Object[] rules = {key.onDelete(), key.onUpdate(), key.logged() ? 1 : 0};
      line(out, "foreign", names[0], names[1], names[2], rules[0], rules[1], rules[2]);
      for (int i = 0; i < key.columns().size(); i++) {
        line(out, "refers", key.columns().get(i), key.parentColumns().get(i));
      }
    }
    if (!definition.notes().isEmpty()) {
      line(out, "notes", definition.notes());
    }
    table
        .completed()
        .ifPresent(c -> line(out, "completed", c.range().after(), c.range().upTo(), c.asOf()));
    if (table.copying().afresh()) {
      line(out, "afresh");
    }
  }

  private static void line(StringBuilder out, String word, Object... fields) {
    CheckpointLine.append(out, word, fields);
  }

  /** Reads lines. Used by one thread. What tables have in common they share in memory. */
  static final class Reader {

    private static final String COLUMN = "column\t";
    private static final int COLUMN_FIELDS = 5;
    private static final Map<String, Integer> FIELDS =
        Map.ofEntries(
            Map.entry("type", 5),
            Map.entry("table", 6),
            Map.entry("key", 4),
            Map.entry("foreign", 7),
            Map.entry("refers", 3),
            Map.entry("notes", 2),
            Map.entry("completed", 4),
            Map.entry("afresh", 1));

    private final Map<Object, Object> shared = new HashMap<>();

    /** Columns of the block by their lines: many tables have the same ones. */
    private final Map<String, Column> known = new HashMap<>();

    private final List<ColumnType> types = new ArrayList<>();
    private List<PlannedTable> tables = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final List<UniqueKey> keys = new ArrayList<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();
    private String notes = "";
    private Copying copying = Copying.NOTHING;
    private List<String> table = List.of();

    /**
     * The tables in a text.
     *
     * @throws IllegalArgumentException if it is none that {@link #print} gives
     * @throws IndexOutOfBoundsException if a line refers to one that is not there
     */
    List<PlannedTable> read(String text) {
      types.clear();
      known.clear();
      tables = new ArrayList<>();
      int from = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        String line = text.substring(from, end);
        if (line.startsWith(COLUMN)) {
          columns.add(known.computeIfAbsent(line, l -> column(CheckpointLine.fields(l))));
        } else {
          readLine(CheckpointLine.fields(line));
        }
        from = end + 1;
      }
      if (from < text.length()) {
        throw new IllegalArgumentException("a line of a table has no end.");
      }
      endTable();
      return List.copyOf(tables);
    }

    private void readLine(List<String> fields) {
      Integer expected = FIELDS.get(fields.get(0));
      if (expected == null || fields.size() != expected) {
        throw new IllegalArgumentException(
            "line '" + fields.get(0) + "' is unknown or has not the fields that it must have.");
      }
      switch (fields.get(0)) {
        case "type" -> types.add(type(fields));
        case "table" -> {
          endTable();
          table = fields;
        }
        case "key" -> keys.add(key(fields));
        case "foreign" -> foreignKeys.add(foreignKey(fields));
        case "refers" ->
            foreignKeys.add(refers(foreignKeys.remove(foreignKeys.size() - 1), fields));
        case "notes" -> notes = fields.get(1);
        case "completed" ->
            copying =
                Copying.upTo(
                    new Completion(new KeyRange(fields.get(1), fields.get(2)), fields.get(3)));
        case "afresh" -> copying = Copying.AFRESH;
        default -> throw new IllegalStateException("Line '" + fields.get(0) + "' is not read.");
      }
    }

    private ColumnType type(List<String> f) {
      return share(
          new ColumnType(
              ValueKind.valueOf(f.get(1)), share(f.get(2)), share(f.get(3)), share(f.get(4))));
    }

    private Column column(List<String> f) {
      if (f.size() != COLUMN_FIELDS && f.size() != COLUMN_FIELDS + 1) {
        throw new IllegalArgumentException("a line 'column' has not the fields that it must have.");
      }
      Optional<String> constant =
          f.size() == COLUMN_FIELDS ? Optional.empty() : Optional.of(f.get(COLUMN_FIELDS));
      return share(
          new Column(
              share(f.get(1)),
              types.get(Integer.parseInt(f.get(2))),
              flag(f.get(3)),
              Column.Origin.valueOf(f.get(4)),
              share(constant)));
    }

    @SuppressWarnings("unchecked") // What is equal to a value is of its class here.
    private <T> T share(T value) {
      Object known = shared.putIfAbsent(value, value);
      return known == null ? value : (T) known;
    }

    private static UniqueKey key(List<String> f) {
      List<Integer> ordinals = new ArrayList<>();
      if (!f.get(3).isEmpty()) {
        for (String ordinal : f.get(3).split(",", -1)) {
          ordinals.add(Integer.parseInt(ordinal));
        }
      }
      return new UniqueKey(f.get(1), ordinals, UniqueKey.Coverage.valueOf(f.get(2)));
    }

    private static ForeignKey foreignKey(List<String> f) {
      return new ForeignKey(
          f.get(1),
          List.of(),
          new TableId(f.get(2), f.get(3)),
          List.of(),
          ForeignKey.Rule.valueOf(f.get(4)),
          ForeignKey.Rule.valueOf(f.get(5)),
          flag(f.get(6)));
    }

    /** The key with one more pair of columns. */
    private static ForeignKey refers(ForeignKey key, List<String> f) {
      List<Integer> columns = new ArrayList<>(key.columns());
      columns.add(Integer.valueOf(f.get(1)));
      List<String> parentColumns = new ArrayList<>(key.parentColumns());
      parentColumns.add(f.get(2));
      return new ForeignKey(
          key.name(),
          columns,
          key.parent(),
          parentColumns,
          key.onDelete(),
          key.onUpdate(),
          key.logged());
    }

    private static boolean flag(String text) {
      return switch (text) {
        case "1" -> true;
        case "0" -> false;
        default -> throw new IllegalArgumentException("'" + text + "' is neither 0 nor 1.");
      };
    }

    private void endTable() {
      if (!table.isEmpty()) {
        TableId id = new TableId(share(table.get(1)), table.get(2));
        tables.add(
            new PlannedTable(
                new TableDefinition(id, id, columns, keys, foreignKeys, notes),
                Preparation.valueOf(table.get(3)),
                new TableSize(Long.parseLong(table.get(4)), Long.parseLong(table.get(5))),
                copying));
      } else if (!columns.isEmpty() || !keys.isEmpty() || !foreignKeys.isEmpty()) {
        throw new IllegalArgumentException("lines in front of the first table belong to none.");
      }
      columns.clear();
      keys.clear();
      foreignKeys.clear();
      notes = "";
      copying = Copying.NOTHING;
      table = List.of();
    }
  }
}
