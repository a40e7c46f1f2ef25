package dev.syncline.mysql;

import dev.syncline.mysql.SchemaStatement.Again;
import dev.syncline.mysql.SchemaStatement.End;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SchemaStatement.Target;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * What to do about a step that was begun and whose end is not known, now that the session in which
 * it ran is gone.
 *
 * @param outcome what to do
 * @param why what was found where, completing "but"; empty unless nobody can know
 */
record SchemaVerdict(Outcome outcome, String why) {

  /** What to do. */
  enum Outcome {
    /** It has not run, or may run again. */
    RUN,
    /** It has run. */
    DONE,
    /** Nobody can know. */
    UNKNOWN
  }

  private static SchemaVerdict unknown(String why) {
    return new SchemaVerdict(Outcome.UNKNOWN, why);
  }

  /**
   * Decides.
   *
   * @param before the step's objects before it was begun
   * @param now the same as they are
   */
  static SchemaVerdict of(
      Connection connection,
      Step step,
      ObjectStates before,
      ObjectStates now,
      ExpectedTables expected)
      throws SQLException {
    if (step.again() == Again.ALWAYS) {
      return new SchemaVerdict(Outcome.RUN, "");
    }
    if (now.equals(before)) {
      return step.again() == Again.NEVER
          ? unknown("what it does cannot be seen in the definitions of its objects")
          : new SchemaVerdict(Outcome.RUN, "");
    }
    boolean sameServer = now.server().equals(before.server());
    for (int i = 0; i < step.targets().size(); i++) {
      Target target = step.targets().get(i);
      boolean changed = !now.states().get(i).equals(before.states().get(i));
      Optional<String> obstacle = obstacle(target, now.isThere(i), changed, sameServer);
      if (obstacle.isEmpty() && now.isThere(i) && target.object().kind() == SqlObject.Kind.TABLE) {
        obstacle = difference(connection, target.object(), expected);
      }
      if (obstacle.isPresent()) {
        return unknown(obstacle.get());
      }
    }
    return new SchemaVerdict(Outcome.DONE, "");
  }

  private static Optional<String> obstacle(
      Target target, boolean isThere, boolean changed, boolean sameServer) {
    String object = target.object().toString();
    boolean stays = target.end() == End.CHANGED || target.end() == End.SAME;
    if (stays && !sameServer) {
      return Optional.of(
          object + " cannot be compared, since the target has another version than before");
    }
    return switch (target.end()) {
      case THERE -> isThere ? Optional.empty() : Optional.of(object + " is not there");
      case GONE ->
          isThere
              ? Optional.of(object + " is there, and others are not as before")
              : Optional.empty();
      case CHANGED -> {
        if (!isThere) {
          yield Optional.of(object + " is not there");
        }
        yield changed
            ? Optional.empty()
            : Optional.of(object + " is as before, and others are not");
      }
      case SAME -> changed ? Optional.of(object + " is not as before") : Optional.<String>empty();
    };
  }

  private static Optional<String> difference(
      Connection connection, SqlObject table, ExpectedTables expected) throws SQLException {
    Optional<TableLook> look = TableLook.at(connection, table.id());
    return look.isEmpty()
        ? Optional.of(table + " is not there")
        : expected.difference(table.id(), look.get()).map(why -> "of " + table + " " + why);
  }

  /** Whether the end of a step could not be told from its beginning. */
  static boolean isAmbiguous(Step step, List<Step> parts, ObjectStates before) {
    if (!step.exchanges()) {
      return false;
    }
    List<SqlObject> objects = step.objects();
    String[] after = before.states().toArray(String[]::new);
    for (Step part : parts) {
      int from = objects.indexOf(part.objects().get(0));
      int to = objects.indexOf(part.objects().get(1));
      after[to] = after[from];
      after[from] = ObjectStates.ABSENT;
    }
    return List.of(after).equals(before.states());
  }
}
