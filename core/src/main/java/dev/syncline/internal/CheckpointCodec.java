package dev.syncline.internal;

import dev.syncline.ObjectKind;
import dev.syncline.SyncException;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * Writes checkpoints of one job as {@linkplain CheckpointLine lines} and reads them back, strictly.
 * The first line has the number of this form, the last one a check sum. Tables, of which there may
 * be many, are {@linkplain TableBlocks blocks}. Used by one thread at a time.
 */
final class CheckpointCodec {

  private static final String NAME = "syncline-checkpoint";
  private static final String FORMAT = "3";
  private static final String HEADER = NAME + '\t' + FORMAT;
  private static final String END = "end";

  /** In the place of the kinds if there are none; no line at all is of an earlier version. */
  private static final String NO_KIND = "none";

  private final String job;
  private final TableBlocks tables = new TableBlocks();

  /** Tables of the history may be those of the checkpoint, otherwise defined. */
  private final TableBlocks changed = new TableBlocks();

  CheckpointCodec(String job) {
    this.job = job;
  }

  String encode(Checkpoint checkpoint) {
    StringBuilder out = new StringBuilder(HEADER).append('\n');
    line(out, "job", checkpoint.jobId(), checkpoint.epoch(), checkpoint.phase());
    checkpoint.decided().objects().ifPresent(kinds -> encode(out, kinds));
    new TreeMap<>(checkpoint.positions()).forEach((s, p) -> line(out, "position", s, p));
    new TreeMap<>(checkpoint.since()).forEach((s, p) -> line(out, "since", s, p));
    checkpoint.decided().selection().ifPresent(text -> line(out, "selection", text));
    checkpoint.decided().mapping().forEach(words -> line(out, "mapping", words));
    new TreeMap<>(checkpoint.memory()).forEach((s, text) -> line(out, "memory", s, text));
    tables.encode(checkpoint.tables()).forEach(block -> append(out, block));
    for (HistoryEntry entry : checkpoint.history()) {
      line(out, "history", entry.stream(), entry.position());
      entry.memory().ifPresent(text -> line(out, "memory", entry.stream(), text));
      new TreeSet<>(entry.gone()).forEach(id -> line(out, "gone", id.database(), id.name()));
      new TreeSet<>(entry.arrived()).forEach(id -> line(out, "arrived", id.database(), id.name()));
      changed.encode(entry.tables()).forEach(block -> append(out, block));
    }
    checkpoint.arrivals().forEach(arrival -> encode(out, arrival));
    endPass();
    return out.append(end(out.toString())).append('\n').toString();
  }

  private void encode(StringBuilder out, Arrival arrival) {
    line(out, "arrival", arrival.table().database(), arrival.table().name());
    if (arrival.seen().isPresent()) {
      Arrival.Seen seen = arrival.seen().get();
      new TreeMap<>(seen.positions()).forEach((s, p) -> line(out, "seen", s, p));
      changed.encode(seen.found().stream().toList()).forEach(block -> append(out, block));
    }
  }

  /** Nothing in a block is to be escaped, and there may be much of it. */
  private static void append(StringBuilder out, String block) {
    out.append("tables\t").append(block).append('\n');
  }

  private void endPass() {
    tables.endPass();
    changed.endPass();
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

  private static void line(StringBuilder out, String word, Object... fields) {
    CheckpointLine.append(out, word, fields);
  }

  /**
   * Reads a checkpoint.
   *
   * @throws SyncException if the text is not one that this version writes
   */
  Checkpoint decode(String content) {
    try {
      Checkpoint checkpoint = new Decoder().decode(content);
      endPass();
      return checkpoint;
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

  /** What becomes of tables, as far as its lines were read. */
  private record OpenEntry(
      String stream,
      String position,
      Set<TableId> gone,
      List<PlannedTable> tables,
      Map<String, String> memory,
      Set<TableId> arrived) {

    OpenEntry(String stream, String position) {
      this(stream, position, new TreeSet<>(), new ArrayList<>(), new TreeMap<>(), new TreeSet<>());
    }

    HistoryEntry end() {
      if (!Set.of(stream).containsAll(memory.keySet())) {
        throw new IllegalArgumentException("its history remembers something of another stream.");
      }
      Optional<String> remembered = Optional.ofNullable(memory.get(stream));
      return new HistoryEntry(stream, position, gone, tables, remembered, arrived);
    }
  }

  /** A table that is to join, as far as its lines were read. */
  private record OpenArrival(
      TableId table, Map<String, String> positions, List<PlannedTable> found) {

    OpenArrival(TableId table) {
      this(table, new TreeMap<>(), new ArrayList<>());
    }

    Arrival end() {
      return positions.isEmpty()
          ? new Arrival(table)
          : new Arrival(
              table, Optional.of(new Arrival.Seen(positions, found.stream().findFirst())));
    }
  }

  /** Reads line by line; what becomes of tables follows the line that says where. */
  private final class Decoder {

    private static final Map<String, Integer> FIELDS =
        Map.ofEntries(
            Map.entry("job", 4),
            Map.entry("object", 2),
            Map.entry("position", 3),
            Map.entry("since", 3),
            Map.entry("selection", 2),
            Map.entry("mapping", 2),
            Map.entry("tables", 2),
            Map.entry("history", 3),
            Map.entry("gone", 3),
            Map.entry("arrived", 3),
            Map.entry("arrival", 3),
            Map.entry("seen", 3),
            Map.entry("memory", 3));

    private final TableLines.Reader reader = new TableLines.Reader();
    private final Map<String, String> positions = new TreeMap<>();
    private final Map<String, String> since = new TreeMap<>();
    private Optional<Set<ObjectKind>> objects = Optional.empty();
    private Optional<String> selection = Optional.empty();
    private final List<String> mapping = new ArrayList<>();
    private final Map<String, String> memory = new TreeMap<>();
    private final List<PlannedTable> planned = new ArrayList<>();
    private final List<OpenEntry> history = new ArrayList<>();
    private final List<OpenArrival> arrivals = new ArrayList<>();
    private List<String> start = List.of();

    Checkpoint decode(String content) {
      checkHeader(content);
      String before = content.substring(0, content.lastIndexOf('\n', content.length() - 2) + 1);
      if (!content.equals(before + CheckpointCodec.end(before) + '\n')) {
        throw new IllegalArgumentException("its last line does not fit the others.");
      }
      String[] lines = before.split("\n", -1);
      for (int i = 1; i < lines.length - 1; i++) {
        read(CheckpointLine.fields(lines[i]));
      }
      if (start.isEmpty()) {
        throw new IllegalArgumentException("it has no line 'job'.");
      }
      return new Checkpoint(
          start.get(1),
          Long.parseLong(start.get(2)),
          Phase.valueOf(start.get(3)),
          new Checkpoint.Decided(objects, selection, mapping),
          positions,
          planned,
          history.stream().map(OpenEntry::end).toList(),
          memory,
          arrivals.stream().map(OpenArrival::end).toList(),
          since);
    }

    private static void checkHeader(String content) {
      if (content.startsWith(HEADER + '\n')) {
        return;
      }
      List<String> first = CheckpointLine.fields(content.lines().findFirst().orElse(""));
      boolean isOther = first.size() == 2 && first.get(0).equals(NAME);
      throw new IllegalArgumentException(
          isOther
              ? "it has format '%s', and this version of Syncline reads format '%s'."
                  .formatted(first.get(1), FORMAT)
              : "its first line is not '" + HEADER + "'.");
    }

    private void read(List<String> fields) {
      Integer expected = FIELDS.get(fields.get(0));
      if (expected == null || fields.size() != expected) {
        throw new IllegalArgumentException(
            "line '" + fields.get(0) + "' is unknown or has not the fields that it must have.");
      }
      switch (fields.get(0)) {
        case "job" -> start = fields;
        case "object" -> readKind(fields.get(1));
        case "selection" -> selection = Optional.of(fields.get(1));
        case "position" -> positions.put(fields.get(1), fields.get(2));
        case "since" -> since.put(fields.get(1), fields.get(2));
        case "mapping" -> mapping.add(fields.get(1));
        case "tables" -> readTables(fields.get(1));
        case "memory" -> remembered().put(fields.get(1), fields.get(2));
        case "history" -> history.add(new OpenEntry(fields.get(1), fields.get(2)));
        case "gone" -> last().gone().add(new TableId(fields.get(1), fields.get(2)));
        case "arrived" -> last().arrived().add(new TableId(fields.get(1), fields.get(2)));
        case "arrival" -> arrivals.add(new OpenArrival(new TableId(fields.get(1), fields.get(2))));
        case "seen" -> lastArrival().positions().put(fields.get(1), fields.get(2));
        default -> throw new IllegalStateException("Line '" + fields.get(0) + "' is not read.");
      }
    }

    private OpenEntry last() {
      return history.get(history.size() - 1);
    }

    private OpenArrival lastArrival() {
      return arrivals.get(arrivals.size() - 1);
    }

    /**
     * Tables behind a line of the history are what becomes of them there; the one behind an arrival
     * is what a look has found.
     */
    private void readTables(String block) {
      if (!arrivals.isEmpty()) {
        lastArrival().found().addAll(changed.decode(block, reader));
      } else if (history.isEmpty()) {
        planned.addAll(tables.decode(block, reader));
      } else {
        last().tables().addAll(changed.decode(block, reader));
      }
    }

    /** Behind a line of the history it is what the source remembers from there on. */
    private Map<String, String> remembered() {
      return history.isEmpty() ? memory : last().memory();
    }

    private void readKind(String kind) {
      Set<ObjectKind> kinds = new TreeSet<>(objects.orElse(Set.of()));
      if (!kind.equals(NO_KIND)) {
        kinds.add(ObjectKind.valueOf(kind));
      }
      objects = Optional.of(kinds);
    }
  }
}
