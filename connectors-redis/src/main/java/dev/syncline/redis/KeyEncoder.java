package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Makes commands of changes, as the target understands them. Needs no connection. Used by one
 * thread, in the order of the changes.
 */
final class KeyEncoder {

  private final TargetServer target;
  private final ExpiryGrace grace;
  private final int recordsDatabase;
  private final KeyHash hash;
  private final ScriptTexts scripts;

  /** The streams that copy. */
  private final Set<String> copying = new HashSet<>();

  /**
   * An encoder.
   *
   * @param recordsDatabase the database that nothing is written to; -1 on a cluster, where there is
   *     none
   */
  KeyEncoder(
      TargetServer target,
      ExpiryGrace grace,
      int recordsDatabase,
      KeyHash hash,
      ScriptTexts scripts) {
    this.target = target;
    this.grace = grace;
    this.recordsDatabase = recordsDatabase;
    this.hash = hash;
    this.scripts = scripts;
  }

  /**
   * The steps that changes come to.
   *
   * @throws ChangeRejectedException if one would touch the job's records
   */
  List<WriteStep> encode(List<KeyChange> changes) {
    EncodedSteps steps = new EncodedSteps(target, grace, recordsDatabase >= 0, scripts);
    for (KeyChange change : changes) {
      if (change instanceof KeyCommand command) {
        checkDatabases(command);
        steps.command(command);
        mark(steps, command.database(), command.keys());
      } else if (change instanceof KeyValue value) {
        checkDatabase(value.database(), "A copied key", List.of(value.key()));
        steps.value(value);
        mark(steps, value.database(), List.of(value.key()));
      } else if (change instanceof KeyFlush flush) {
        flush(steps, flush);
      } else if (change instanceof CopyBegin begin) {
        copying.add(begin.stream());
        steps.step(new WriteStep.Begin(begin));
      } else if (change instanceof CopyEnd end) {
        copying.remove(end.stream());
        steps.step(new WriteStep.End(end));
      }
    }
    return steps.end();
  }

  private void mark(EncodedSteps steps, int database, List<byte[]> keys) {
    if (!copying.isEmpty()) {
      keys.forEach(key -> steps.mark(hash.of(database, key)));
    }
  }

  private void checkDatabases(KeyCommand command) {
    String what = "Command '" + command.name() + "'";
    checkDatabase(command.database(), what, command.keys());
    for (int place : command.databasePlaces()) {
      String number = new String(command.argument(place), StandardCharsets.US_ASCII);
      checkDatabase(Integer.parseInt(number), what, command.keys());
    }
  }

  /** Behind a SELECT that fails, commands would go to the database of the command before. */
  private void checkDatabase(int database, String what, List<byte[]> keys) {
    boolean isThere = database < target.databases();
    if (isThere && database != recordsDatabase) {
      return;
    }
    String first = keys.isEmpty() ? "" : KeyText.of(keys.get(0));
    String reason =
        isThere
            ? "where the job keeps its records. Give the sink another recordsDatabase, or select"
                + " databases so that none has this number at the target"
            : "which has %d databases. Give it more, or let that database have another number"
                .formatted(target.databases());
    throw new ChangeRejectedException(
        KeyText.place(database, first.isEmpty() ? "without a name" : first),
        "%s (first key '%s') is meant for database %d of the target, %s, and start the job anew."
            .formatted(what, first, database, reason),
        null);
  }

  /** The job's records stay: nothing that is selected can be in their database. */
  private void flush(EncodedSteps steps, KeyFlush flush) {
    if (!flush.scope().isWhole()) {
      steps.step(new WriteStep.FlushSome(flush));
      return;
    }
    Set<Integer> databases = flush.scope().databases();
    for (int number = 0; number < target.databases(); number++) {
      if (number != recordsDatabase && (databases.isEmpty() || databases.contains(number))) {
        steps.flush(number);
      }
    }
  }
}
