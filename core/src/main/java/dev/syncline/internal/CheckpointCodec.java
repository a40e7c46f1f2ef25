package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.ObjectKind;
import dev.syncline.SyncException;
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
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.zip.CRC32;

/**
 * Writes checkpoints as lines of text and reads them back, strictly. A line is a word and fields,
 * with tabs between them; tabs, line ends and backslashes inside a field are escaped. The last line
 * holds a check sum.
 */
final class CheckpointCodec {

  private static final String HEADER = "syncline-checkpoint\t2";
  private static final String END = "end";

  /** In the place of the kinds if there are none; no line at all is of an earlier version. */
  private static final String NO_KIND = "none";

  private CheckpointCodec() {}

  static String encode(Checkpoint checkpoint) {
    StringBuilder out = new StringBuilder(HEADER).append('\n');
    line(out, "job", checkpoint.jobId(), checkpoint.epoch(), checkpoint.phase());
    checkpoint.decided().objects().ifPresent(kinds -> encode(out, kinds));
    new TreeMap<>(checkpoint.positions()).forEach((s, p) -> line(out, "position", s, p));
    checkpoint.decided().selection().ifPresent(text -> line(out, "selection", text));
    checkpoint.decided().mapping().forEach(words -> line(out, "mapping", words));
    new TreeMap<>(checkpoint.memory()).forEach((s, text) -> line(out, "memory", s, text));
    checkpoint.tables().forEach(table -> encode(out, table));
    for (HistoryEntry entry : checkpoint.history()) {
      line(out, "history", entry.stream(), entry.position());
      entry.memory().ifPresent(text -> line(out, "memory", entry.stream(), text));
      new TreeSet<>(entry.gone()).forEach(id -> line(out, "gone", id.database(), id.name()));
      entry.tables().forEach(table -> encode(out, table));
    }
    return out.append(end(out.toString())).append('\n').toString();
  }

  private static void encode(StringBuilder out, Set<ObjectKind> kinds) {
    if (kinds.isEmpty()) {
      line(out, "object", NO_KIND);
    }
    new TreeSet<>(kinds).forEach(kind -> line(out, "object", kind));
  }

  /** The last line, which shows damage to any of the others. */
  private static String end(String before) {
    CRC32 sum = new CRC32();
    sum.update(before.getBytes(StandardCharsets.UTF_8));
    return END + '\t' + Long.toHexString(sum.getValue());
  }

  private static void encode(StringBuilder out, PlannedTable table) {
    TableDefinition definition = table.definition();
    TableId id = definition.id();
    TableSize size = table.size();
    line(out, "table", id.database(), id.name(), table.preparation(), size.rows(), size.bytes());
    for (Column c : definition.columns()) {
      ColumnType t = c.type();
      Object[] type = {t.kind(), t.nativeType(), t.charset(), t.collation()};
      line(out, "column", c.name(), type[0], type[1], type[2], type[3], c.nullable(), c.origin());
      c.constant().ifPresent(constant -> line(out, "constant", constant));
    }
    for (UniqueKey key : definition.uniqueKeys()) {
      String columns = key.columns().stream().map(String::valueOf).collect(Collectors.joining(","));
      line(out, "key", key.name(), key.coverage(), columns);
    }
    for (ForeignKey key : definition.foreignKeys()) {
      TableId parent = key.parent();
      Object[] names = {key.name(), parent.database(), parent.name()};
      Object[] rules = {key.onDelete(), key.onUpdate(), key.logged()};
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
    out.append(word);
    for (Object field : fields) {
      out.append('\t');
      String text = field.toString();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        switch (c) {
          case '\\' -> out.append("\\\\");
          case '\t' -> out.append("\\t");
          case '\n' -> out.append("\\n");
          case '\r' -> out.append("\\r");
          default -> out.append(c);
        }
      }
    }
    out.append('\n');
  }

  /**
   * Reads a checkpoint.
   *
   * @throws SyncException if the text is not one that this version writes
   */
  static Checkpoint decode(String job, String content) {
    try {
      return new Decoder().decode(content);
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new SyncException(
          "The checkpoint of job '"
              + job
              + "' cannot be read: "
              + e.getMessage()
              + " It was damaged, or written by another version. Restore it, or delete it and start"
              + " the job anew.",
          e);
    }
  }

  /** Reads line by line; a table's lines follow its first one. */
  private static final class Decoder {

    private static final Map<String, Integer> FIELDS =
        Map.ofEntries(
            Map.entry("job", 4),
            Map.entry("object", 2),
            Map.entry("position", 3),
            Map.entry("selection", 2),
            Map.entry("mapping", 2),
            Map.entry("table", 6),
            Map.entry("column", 8),
            Map.entry("constant", 2),
            Map.entry("key", 4),
            Map.entry("foreign", 7),
            Map.entry("refers", 3),
            Map.entry("notes", 2),
            Map.entry("completed", 4),
            Map.entry("afresh", 1),
            Map.entry("history", 3),
            Map.entry("gone", 3),
            Map.entry("memory", 3));

    private final Map<String, String> positions = new TreeMap<>();
    private Optional<Set<ObjectKind>> objects = Optional.empty();
    private Optional<String> selection = Optional.empty();
    private final List<String> mapping = new ArrayList<>();
    private final Map<String, String> memory = new TreeMap<>();
    private final List<PlannedTable> tables = new ArrayList<>();
    private final List<HistoryEntry> history = new ArrayList<>();
    private final List<Column> columns = new ArrayList<>();
    private final List<UniqueKey> keys = new ArrayList<>();
    private final List<ForeignKey> foreignKeys = new ArrayList<>();
    private String notes = "";
    private Copying copying = Copying.NOTHING;
    private List<String> table = List.of();
    private List<String> job = List.of();

    Checkpoint decode(String content) {
      if (!content.startsWith(HEADER + '\n')) {
        throw new IllegalArgumentException("its first line is not '" + HEADER + "'.");
      }
      String before = content.substring(0, content.lastIndexOf('\n', content.length() - 2) + 1);
      if (!content.equals(before + end(before) + '\n')) {
        throw new IllegalArgumentException("its last line does not fit the others.");
      }
      String[] lines = before.split("\n", -1);
      for (int i = 1; i < lines.length - 1; i++) {
        read(fields(lines[i]));
      }
      endTable();
      if (job.isEmpty()) {
        throw new IllegalArgumentException("it has no line 'job'.");
      }
      return new Checkpoint(
          job.get(1),
          Long.parseLong(job.get(2)),
          Phase.valueOf(job.get(3)),
          new Checkpoint.Decided(objects, selection, mapping),
          positions,
          tables,
          history,
          memory);
    }

    private void read(List<String> fields) {
      Integer expected = FIELDS.get(fields.get(0));
      if (expected == null || fields.size() != expected) {
        throw new IllegalArgumentException(
            "line '" + fields.get(0) + "' is unknown or has not the fields that it must have.");
      }
      switch (fields.get(0)) {
        case "job" -> job = fields;
        case "object" -> readKind(fields.get(1));
        case "selection" -> selection = Optional.of(fields.get(1));
        case "position" -> positions.put(fields.get(1), fields.get(2));
        case "mapping" -> mapping.add(fields.get(1));
        case "table" -> {
          endTable();
          table = fields;
        }
        case "column" -> columns.add(column(fields));
        case "constant" ->
            columns.add(withConstant(columns.remove(columns.size() - 1), fields.get(1)));
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
        case "history" -> {
          endTable();
          history.add(
              new HistoryEntry(
                  fields.get(1), fields.get(2), Set.of(), List.of(), Optional.empty()));
        }
        case "gone" -> gone(new TableId(fields.get(1), fields.get(2)));
        case "memory" -> remember(fields.get(1), fields.get(2));
        default -> throw new IllegalStateException("Line '" + fields.get(0) + "' is not read.");
      }
    }

    private void readKind(String kind) {
      Set<ObjectKind> kinds = new TreeSet<>(objects.orElse(Set.of()));
      if (!kind.equals(NO_KIND)) {
        kinds.add(ObjectKind.valueOf(kind));
      }
      objects = Optional.of(kinds);
    }

    private static Column column(List<String> f) {
      return new Column(
          f.get(1),
          new ColumnType(ValueKind.valueOf(f.get(2)), f.get(3), f.get(4), f.get(5)),
          flag(f.get(6)),
          Column.Origin.valueOf(f.get(7)));
    }

    private static Column withConstant(Column column, String constant) {
      return new Column(
          column.name(), column.type(), column.nullable(), column.origin(), Optional.of(constant));
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
        case "true" -> true;
        case "false" -> false;
        default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false.");
      };
    }

    private void endTable() {
      if (!table.isEmpty()) {
        TableId id = new TableId(table.get(1), table.get(2));
        add(
            new PlannedTable(
                new TableDefinition(id, id, columns, keys, foreignKeys, notes),
                Preparation.valueOf(table.get(3)),
                new TableSize(Long.parseLong(table.get(4)), Long.parseLong(table.get(5))),
                copying));
      }
      columns.clear();
      keys.clear();
      foreignKeys.clear();
      notes = "";
      copying = Copying.NOTHING;
      table = List.of();
    }

    /** Tables behind a line of the history are what becomes of them there. */
    private void add(PlannedTable planned) {
      if (history.isEmpty()) {
        tables.add(planned);
        return;
      }
      HistoryEntry entry = history.remove(history.size() - 1);
      List<PlannedTable> all = new ArrayList<>(entry.tables());
      all.add(planned);
      history.add(
          new HistoryEntry(entry.stream(), entry.position(), entry.gone(), all, entry.memory()));
    }

    private void gone(TableId id) {
      HistoryEntry entry = history.remove(history.size() - 1);
      Set<TableId> all = new TreeSet<>(entry.gone());
      all.add(id);
      history.add(
          new HistoryEntry(entry.stream(), entry.position(), all, entry.tables(), entry.memory()));
    }

    /** Behind a line of the history it is what the source remembers from there on. */
    private void remember(String stream, String text) {
      if (history.isEmpty()) {
        memory.put(stream, text);
        return;
      }
      HistoryEntry entry = history.remove(history.size() - 1);
      if (!entry.stream().equals(stream)) {
        throw new IllegalArgumentException("its history remembers something of another stream.");
      }
      history.add(
          new HistoryEntry(
              stream, entry.position(), entry.gone(), entry.tables(), Optional.of(text)));
    }

    private static List<String> fields(String line) {
      List<String> fields = new ArrayList<>();
      for (String field : line.split("\t", -1)) {
        fields.add(unescape(field));
      }
      return fields;
    }

    private static String unescape(String field) {
      if (field.indexOf('\\') < 0) {
        return field;
      }
      StringBuilder text = new StringBuilder();
      boolean escaped = false;
      for (int i = 0; i < field.length(); i++) {
        char c = field.charAt(i);
        if (escaped) {
          text.append(unescape(c));
          escaped = false;
        } else if (c == '\\') {
          escaped = true;
        } else {
          text.append(c);
        }
      }
      if (escaped) {
        throw new IllegalArgumentException("it ends inside an escape.");
      }
      return text.toString();
    }

    private static char unescape(char escaped) {
      return switch (escaped) {
        case '\\' -> '\\';
        case 't' -> '\t';
        case 'n' -> '\n';
        case 'r' -> '\r';
        default -> throw new IllegalArgumentException("it has an unknown escape.");
      };
    }
  }
}
