package dev.syncline.mysql;

import dev.syncline.SyncException;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a source must remember beside its tables to understand the log behind a place. As text it
 * has a line for its version, and then one for each thing, with tabs between fields.
 *
 * @param collations the default collation of each selected database
 */
record SourceMemory(Map<String, String> collations) {

  private static final String VERSION = "1";
  private static final String COLLATION = "collation";
  private static final int COLLATION_FIELDS = 3;

  SourceMemory {
    collations = Map.copyOf(collations);
  }

  /** Nothing is remembered, as in a checkpoint that has no memory. */
  static SourceMemory nothing() {
    return new SourceMemory(Map.of());
  }

  String print() {
    StringBuilder text = new StringBuilder(VERSION);
    new TreeMap<>(collations)
        .forEach((database, collation) -> line(text, COLLATION, database, collation));
    return text.toString();
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
    Map<String, String> collations = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] fields = lines[i].split("\t", -1);
      if (fields.length != COLLATION_FIELDS || !fields[0].equals(COLLATION)) {
        throw unreadable("it has a line '" + fields[0] + "' that is not understood");
      }
      collations.put(unescaped(fields[1]), unescaped(fields[2]));
    }
    return new SourceMemory(collations);
  }

  private static SyncException unreadable(String why) {
    return new SyncException(
        "What the checkpoint remembers of the source cannot be read: %s. It was written by another"
                .formatted(why)
            + " version. Restore the checkpoint, or delete it and start the job anew.");
  }

  private static String unescaped(String field) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c != '\\' || i + 1 == field.length()) {
        text.append(c);
        continue;
      }
      i++;
      char escaped = field.charAt(i);
      text.append(escaped == 't' ? '\t' : escaped == 'n' ? '\n' : escaped);
    }
    return text.toString();
  }
}
