package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.change.TableId;
import dev.syncline.mysql.ShadowTables.Shadow;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a source must remember beside its tables to understand the log behind a place. As text it
 * has a line for its version, and then one for each thing, with tabs between fields.
 *
 * @param collations the default collation of each selected database
 * @param shadows tables of tools for online changes
 */
record SourceMemory(Map<String, String> collations, ShadowTables.State shadows) {

  private static final String VERSION = "1";

  SourceMemory {
    collations = Map.copyOf(collations);
  }

  /** A place at which no tool is at work. */
  SourceMemory(Map<String, String> collations) {
    this(collations, ShadowTables.State.NONE);
  }

  /** Nothing is remembered, as in a checkpoint that has no memory. */
  static SourceMemory nothing() {
    return new SourceMemory(Map.of());
  }

  String print() {
    StringBuilder text = new StringBuilder(VERSION);
    new TreeMap<>(collations)
        .forEach((database, collation) -> line(text, "collation", database, collation));
    new TreeMap<>(shadows.shadows())
        .forEach(
            (id, shadow) -> {
              TableId base = shadow.base();
              String broken = shadow.broken();
              line(text, "shadow", id.database(), id.name(), base.database(), base.name(), broken);
              shadow.alters().forEach(alter -> print(text, alter));
            });
    new TreeSet<>(shadows.others()).forEach(id -> line(text, "other", id.database(), id.name()));
    new TreeMap<>(shadows.away())
        .forEach(
            (id, to) -> line(text, "away", id.database(), id.name(), to.database(), to.name()));
    return text.toString();
  }

  private static void print(StringBuilder text, QueryEvent alter) {
    String session = Base64.getEncoder().encodeToString(alter.variables().bytes());
    String second = Long.toString(alter.variables().second());
    line(text, "alter", alter.database(), alter.sql(), second, session);
  }

  private static void line(StringBuilder text, String... fields) {
    text.append('\n');
    for (int i = 0; i < fields.length; i++) {
      text.append(i == 0 ? "" : "\t")
          .append(fields[i].replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n"));
    }
  }

  /**
   * Reads what {@link #print} has written.
   *
   * @throws SyncException if it was written by another version
   */
  static SourceMemory parse(String text) {
    String[] lines = text.split("\n", -1);
    if (!lines[0].equals(VERSION)) {
      throw unreadable("it begins with '" + lines[0] + "' instead of '" + VERSION + "'");
    }
    Reader reader = new Reader();
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].split("\t", -1);
      for (int j = 0; j < fields.length; j++) {
        fields[j] = unescaped(fields[j]);
      }
      reader.read(List.of(fields));
    }
    return new SourceMemory(
        reader.collations, new ShadowTables.State(reader.shadows, reader.others, reader.away));
  }

  /** Reads line by line; the statements of a shadow follow it. */
  private static final class Reader {
    private static final Map<String, Integer> FIELDS =
        Map.of("collation", 3, "shadow", 6, "alter", 5, "other", 3, "away", 5);

    private final Map<String, String> collations = new TreeMap<>();
    private final Map<TableId, Shadow> shadows = new TreeMap<>();
    private final TreeSet<TableId> others = new TreeSet<>();
    private final Map<TableId, TableId> away = new TreeMap<>();
    private @Nullable TableId last;

    void read(List<String> line) {
      Integer expected = FIELDS.get(line.get(0));
      if (expected == null || line.size() != expected) {
        throw unreadable("it has a line '" + line.get(0) + "' that is not understood");
      }
      switch (line.get(0)) {
        case "collation" -> collations.put(line.get(1), line.get(2));
        case "shadow" -> {
          last = table(line, 1);
          shadows.put(table(line, 1), new Shadow(table(line, 3), List.of(), line.get(5)));
        }
        case "alter" -> readAlter(line);
        case "other" -> others.add(table(line, 1));
        default -> away.put(table(line, 1), table(line, 3));
      }
    }

    private void readAlter(List<String> line) {
      byte[] session = Base64.getDecoder().decode(line.get(4));
      QueryVariables variables =
          QueryVariables.parse(new ByteCursor(session), Long.parseLong(line.get(3)));
      QueryEvent alter = new QueryEvent(line.get(1), line.get(2), variables, true, 0);
      TableId shadow = last;
      if (shadow == null) {
        throw unreadable("it has a statement of no table");
      }
      shadows.computeIfPresent(shadow, (id, known) -> known.with(alter));
    }

    private static TableId table(List<String> line, int at) {
      return new TableId(line.get(at), line.get(at + 1));
    }
  }

  private static SyncException unreadable(String why) {
    return new SyncException(
        "What the checkpoint remembers of the source cannot be read: %s. It was written by another"
                .formatted(why)
            + " version. Restore the checkpoint, or delete it and start the job anew.");
  }

  private static String unescaped(String field) {
    StringBuilder text = new StringBuilder();
    boolean escaped = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (escaped) {
        text.append(c == 't' ? '\t' : c == 'n' ? '\n' : c);
        escaped = false;
      } else if (c == '\\') {
        escaped = true;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
