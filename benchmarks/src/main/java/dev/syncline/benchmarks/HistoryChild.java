package dev.syncline.benchmarks;

import dev.syncline.FileCheckpointStore;
import dev.syncline.internal.SavedTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The main of a process that reads a history as the first thing it does: a checkpoint, or the
 * statements that lead to it. Prints how many tables or statements it has read, and how many
 * seconds that took.
 */
final class HistoryChild {

  static final String CHECKPOINT = "checkpoint";
  static final String STATEMENTS = "statements";

  /** Stands between two statements. */
  static final String END = ";\n\n";

  private HistoryChild() {}

  /** The file with the statements. */
  static Path statements(Path directory) {
    return directory.resolve("statements.sql");
  }

  /** Takes what is read, and the directory that has it. */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[1]);
    int[] count = new int[1];
    double seconds;
    if (arguments[0].equals(CHECKPOINT)) {
      SavedTables saved = new SavedTables(FileCheckpointStore.at(directory));
      seconds = HistoryBench.seconds(() -> count[0] = saved.load());
    } else {
      List<String> texts = List.of(Files.readString(statements(directory)).split(END, -1));
      seconds = HistoryBench.seconds(() -> GrammarPeer.parse(texts));
      count[0] = texts.size();
    }
    System.out.printf(Locale.ROOT, "%d %.3f%n", count[0], seconds);
  }
}
