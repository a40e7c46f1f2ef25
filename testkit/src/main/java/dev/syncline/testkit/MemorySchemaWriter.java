package dev.syncline.testkit;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LeftOut;
import dev.syncline.ProgressLostException;
import dev.syncline.SchemaWriter;
import dev.syncline.TargetNames;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemoryTarget.SchemaMoment;
import dev.syncline.testkit.TargetRecords.Intent;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Carries changes of tables out at a {@link MemoryTarget}, in three steps as servers need them
 * whose statements commit by themselves: it records the change and the tables as they are, changes
 * them, and records the position behind the change. What was begun before is told from what it is
 * found to be.
 */
final class MemorySchemaWriter implements SchemaWriter {

  private final MemoryTarget target;
  private final JobRun run;
  private final TargetNames names;
  private final OneUser user = new OneUser("The writer of schema changes");
  private final CurrentTransaction current;

  MemorySchemaWriter(MemoryTarget target, JobRun run, TargetNames names) {
    this.target = target;
    this.run = run;
    this.names = names;
    this.current = new CurrentTransaction(target, user);
  }

  @Override
  public List<LeftOut> apply(SchemaChange source, String stream, Map<String, String> positions)
      throws InterruptedException {
    SchemaChange change = MemorySchemas.atTarget(source, names);
    String place = stream + "=" + positions.get(stream);
    user.run(
        () -> {
          current.use(() -> target.begin(run), transaction -> intend(place, change));
          target.at(SchemaMoment.INTENDED);
          current.use(() -> target.begin(run), transaction -> changeOnce(change));
          target.at(SchemaMoment.CHANGED);
          current.use(() -> target.begin(run), transaction -> carriedOut(positions));
        });
    return List.of();
  }

  @Override
  public void pass(SchemaChange source, String stream, Map<String, String> positions)
      throws InterruptedException {
    SchemaChange change = MemorySchemas.atTarget(source, names);
    String place = stream + "=" + positions.get(stream);
    user.run(
        () ->
            current.use(
                () -> target.begin(run),
                transaction -> {
                  target.records().intent(run).ifPresent(known -> checkSame(known, place, change));
                  carriedOut(positions);
                }));
  }

  private void intend(String place, SchemaChange change) {
    Intent known = target.records().intent(run).orElse(null);
    if (known == null) {
      Map<TableId, MemoryTable> before = target.tables(MemorySchemas.names(change));
      target.records().intend(run, new Intent(place, change, before));
    } else {
      checkSame(known, place, change);
    }
    current.commit();
  }

  private static void checkSame(Intent known, String place, SchemaChange change) {
    if (!known.place().equals(place) || !known.change().equals(change)) {
      throw new ProgressLostException(
          "Another change of tables was begun at the target and never recorded as done.");
    }
  }

  private void changeOnce(SchemaChange change) {
    Intent intent = target.records().intent(run).orElseThrow();
    Map<TableId, MemoryTable> now = target.tables(MemorySchemas.names(change));
    if (now.isEmpty() && target.statements().contains(change.text())) {
      // Of what are no tables the target has only that the statement was run.
      current.commit();
      return;
    }
    if (now.equals(intent.before())) {
      // Tables are equal if they are the same objects, so these are as they were.
      target.checkQuiet(run);
      target.change(change);
    } else if (!isWanted(change, intent, now)) {
      throw new ChangeRejectedException(
          MemorySchemas.names(change).iterator().next(),
          "The tables %s are neither as they were nor as they are to be."
              .formatted(MemorySchemas.names(change)),
          null);
    }
    current.commit();
  }

  private static boolean isWanted(
      SchemaChange change, Intent intent, Map<TableId, MemoryTable> now) {
    Map<TableId, TableDefinition> before = new TreeMap<>();
    intent.before().forEach((id, table) -> before.put(id, table.definition()));
    Map<TableId, TableDefinition> wanted = MemorySchemas.definitions(change, before);
    Set<TableId> names = MemorySchemas.names(change);
    wanted.keySet().retainAll(names);
    Map<TableId, TableDefinition> found = new TreeMap<>();
    now.forEach((id, table) -> found.put(id, table.definition()));
    return found.equals(wanted) && now.values().stream().noneMatch(intent.before()::containsValue);
  }

  private void carriedOut(Map<String, String> positions) {
    target.records().carriedOut(run, positions);
    current.commit();
  }

  @Override
  public void close() {
    current.close();
  }
}
