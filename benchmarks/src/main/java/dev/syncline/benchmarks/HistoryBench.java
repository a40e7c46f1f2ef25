package dev.syncline.benchmarks;

import dev.syncline.FileCheckpointStore;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.internal.SavedTables;
import dev.syncline.mysql.ReplayedStatements;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What 10,000 tables cost that were made and changed by statements: reading their definitions back
 * at a start, saving them, and what each statement costs a job that has them.
 */
final class HistoryBench {

  private static final int TABLES = 10_000;
  private static final int CHANGES = 1_000;
  private static final int TIMED_CHANGES = 200;
  private static final int ROUNDS = 5;

  private HistoryBench() {}

  static void run() throws Exception {
    SyntheticTables synthetic = new SyntheticTables();
    List<String> statements = new ArrayList<>(synthetic.creations(TABLES));
    statements.addAll(synthetic.changes(CHANGES));
    List<String> later = synthetic.changes(TIMED_CHANGES);
    Result.say("Reading %,d statements …", statements.size());
    ReplayedStatements replayed = new ReplayedStatements(SyntheticTables.DATABASE);
    double ours = seconds(() -> statements.forEach(replayed::apply));
    Collection<TableDefinition> tables = replayed.tables();
    long columns = tables.stream().mapToLong(table -> table.columns().size()).sum();
    long text = statements.stream().mapToLong(String::length).sum();
    Result.say(
        "%,d tables with %,d columns; their statements have %,d characters and take %.1f s",
        tables.size(), columns, text, ours);

    Path directory = Files.createTempDirectory("syncline-history");
    SavedTables saved = new SavedTables(FileCheckpointStore.at(directory));
    double first = seconds(() -> saved.begin(tables));
    Result.say(
        "RESULT history mode=save seconds=%.2f characters=%d per_table=%d",
        first, saved.characters(), saved.characters() / TABLES);
    Files.writeString(
        HistoryChild.statements(directory), String.join(HistoryChild.END, statements));
    read(directory);
    say("position", each(ROUNDS, i -> saved.move()));
    say("statement", change(saved, replayed, later));
    if (saved.load() != TABLES) {
      throw new IllegalStateException("Statements have made tables of others.");
    }
  }

  /** Each in a process of its own, since a job reads its checkpoint when it starts. */
  private static void read(Path directory) throws Exception {
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      ours.add(child(HistoryChild.CHECKPOINT, directory, TABLES));
      theirs.add(child(HistoryChild.STATEMENTS, directory, TABLES + CHANGES));
    }
    double best = Collections.min(ours);
    double peer = Collections.min(theirs);
    Result.compare("history", "read", TABLES / best, TABLES / peer);
    Result.say(
        "RESULT history mode=read seconds=%.2f worst=%.2f peer=%.2f aim=2.00",
        best, Collections.max(ours), peer);
  }

  private static double child(String what, Path directory, int count)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-classpath",
                System.getProperty("java.class.path"),
                HistoryChild.class.getName(),
                what,
                directory.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    String[] words = said.strip().split(" ", -1);
    boolean done = process.waitFor() == 0 && words.length == 2;
    if (!done || Integer.parseInt(words[0]) != count) {
      throw new IllegalStateException("The process that reads has said: " + said);
    }
    return Double.parseDouble(words[1]);
  }

  private static double change(SavedTables saved, ReplayedStatements replayed, List<String> changes)
      throws Exception {
    List<List<TableEffect>> effects = new ArrayList<>();
    changes.forEach(sql -> effects.add(replayed.apply(sql)));
    return each(changes.size(), i -> saved.change(changes.get(i), effects.get(i)));
  }

  private static void say(String mode, double seconds) {
    Result.say("RESULT history mode=%s ms=%.1f", mode, seconds * 1_000);
  }

  private interface Step {
    void run(int number) throws Exception;
  }

  interface Work {
    void run() throws Exception;
  }

  private static double each(int count, Step step) throws Exception {
    double all =
        seconds(
            () -> {
              for (int i = 0; i < count; i++) {
                step.run(i);
              }
            });
    return all / count;
  }

  static double seconds(Work work) throws Exception {
    long began = System.nanoTime();
    work.run();
    return (System.nanoTime() - began) / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
