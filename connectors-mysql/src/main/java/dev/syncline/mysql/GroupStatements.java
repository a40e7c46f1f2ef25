package dev.syncline.mysql;

import dev.syncline.mysql.StatementEffect.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says of each statement in the binlog whether it begins or ends a group, may be passed over, or
 * stops the reader. Not thread-safe.
 */
final class GroupStatements {
  private static final Logger LOGGER = LoggerFactory.getLogger(GroupStatements.class);
  private static final String DUMMY = "# Dummy event replacing event type ";
  private static final Pattern XA =
      Pattern.compile(
          "XA\\s+(START|BEGIN|END|PREPARE|COMMIT|ROLLBACK)\\s+(.*?)(\\s+ONE\\s+PHASE)?");
  private static final Pattern SAVEPOINT = Pattern.compile("SAVEPOINT\\s+(.*)");
  private static final Pattern ROLLBACK_TO =
      Pattern.compile("ROLLBACK\\s+TO\\s+(?:SAVEPOINT\\s+)?(.*)");
  private static final int LONGEST_CONTROL = 400;

  private static final Outcome NEAR = new Outcome(Verdict.NEAR, "");

  private final StatementJudge judge;
  private final TableHistory history;

  GroupStatements(StatementJudge judge, TableHistory history) {
    this.judge = judge;
    this.history = history;
  }

  /** What a statement means for its group. */
  enum Verdict {
    GOES_ON,
    ENDS,
    /** An XA transaction is committed, which ends the group behind its changes. */
    COMMITS_XA,
    /** An XA transaction is rolled back, which ends the group. */
    ROLLS_BACK_XA,
    /** Tables or other objects that take part are changed. */
    DEFINES,
    /** Other tables are changed, of which selected ones may come. */
    NEAR,
    STOPS
  }

  /**
   * What a statement means.
   *
   * @param detail why it stops the reader and what to do, which XA transaction it decides, or which
   *     object it concerns; else empty
   */
  record Outcome(Verdict verdict, String detail) {
    static final Outcome GOES_ON = new Outcome(Verdict.GOES_ON, "");
    static final Outcome ENDS = new Outcome(Verdict.ENDS, "");

    static Outcome stop(String reason) {
      return new Outcome(Verdict.STOPS, reason);
    }
  }

  /**
   * Judges a statement.
   *
   * @param changes how many changes of selected tables the group has had so far
   */
  Outcome judge(EventGroup group, QueryEvent query, long changes) {
    String sql = query.sql().strip();
    return switch (sql) {
      case "BEGIN" -> {
        group.beginTransaction();
        yield Outcome.GOES_ON;
      }
      case "COMMIT" -> Outcome.ENDS;
      case "ROLLBACK" ->
          changes == 0 && !group.hasUndecidedChanges() ? Outcome.ENDS : partlyUndone();
      default -> {
        Optional<Outcome> control =
            sql.length() > LONGEST_CONTROL ? Optional.empty() : control(group, sql, changes);
        yield control.orElseGet(() -> other(group, query));
      }
    };
  }

  private static Outcome partlyUndone() {
    return Outcome.stop(
        "a transaction with changes of selected tables is logged with a rollback, so that some of"
            + " them have happened and others not. Do not mix tables with and without transactions"
            + " in one transaction.");
  }

  /**
   * Judges a statement of an XA transaction that is known to be committed. Nothing in it ends the
   * group that commits it.
   */
  Outcome judgeCommitted(EventGroup group, QueryEvent query, long changes) {
    String sql = query.sql().strip();
    if (sql.length() <= LONGEST_CONTROL && XA.matcher(sql).matches()) {
      return Outcome.GOES_ON;
    }
    return savepoint(group, sql, changes).orElseGet(() -> effect(query));
  }

  private static Optional<Outcome> control(EventGroup group, String sql, long changes) {
    Matcher xa = XA.matcher(sql);
    return xa.matches()
        ? Optional.of(xa(group, xa.group(1).toUpperCase(Locale.ROOT), xa.group(2)))
        : savepoint(group, sql, changes);
  }

  private static Optional<Outcome> savepoint(EventGroup group, String sql, long changes) {
    if (sql.length() > LONGEST_CONTROL) {
      return Optional.empty();
    }
    Matcher savepoint = SAVEPOINT.matcher(sql);
    if (savepoint.matches()) {
      group.savepoint(savepoint.group(1), changes);
      return Optional.of(Outcome.GOES_ON);
    }
    Matcher rollback = ROLLBACK_TO.matcher(sql);
    if (rollback.matches()) {
      boolean undone = changes > group.changesAt(rollback.group(1));
      return Optional.of(undone ? partlyUndone() : Outcome.GOES_ON);
    }
    return Optional.empty();
  }

  private static Outcome xa(EventGroup group, String verb, String xid) {
    return switch (verb) {
      case "START", "BEGIN" -> {
        group.beginXa(xid);
        yield Outcome.GOES_ON;
      }
      case "COMMIT" -> new Outcome(Verdict.COMMITS_XA, xid);
      case "ROLLBACK" ->
          group.hasUndecidedChanges() ? partlyUndone() : new Outcome(Verdict.ROLLS_BACK_XA, xid);
      default -> Outcome.GOES_ON;
    };
  }

  private Outcome other(EventGroup group, QueryEvent query) {
    Outcome unseen = group.isKnown() ? Outcome.GOES_ON : effect(query);
    boolean single = unseen.verdict() == Verdict.GOES_ON && group.endsWithItsStatement();
    return single ? Outcome.ENDS : unseen;
  }

  private Outcome effect(QueryEvent query) {
    if (query.sql().startsWith(DUMMY)) {
      return Outcome.stop(
          "the server replaced an event of type "
              + query.sql().substring(DUMMY.length()).split(" ", 2)[0]
              + " because it takes this reader for an old one; it may hold changes of selected"
              + " tables.");
    }
    StatementEffect effect = history.effect(query);
    Optional<String> touched = judge.touched(effect, query.database());
    if (effect.kind() == Kind.NONE) {
      touched = history.object(query);
    }
    if (touched.isEmpty()) {
      LOGGER.debug("Passing over '{}' outside of the selection.", effect.verb());
      return judge.isNear(effect, query.database()) ? NEAR : Outcome.GOES_ON;
    }
    return switch (effect.kind()) {
      case WRITES, UNKNOWN -> Outcome.stop(explain(effect, touched.get()));
      default -> new Outcome(Verdict.DEFINES, touched.get());
    };
  }

  private static String explain(StatementEffect effect, String object) {
    if (effect.kind() == Kind.WRITES) {
      return "the statement '%s' on the selected table '%s' is logged as text instead of rows. Set"
              .formatted(effect.verb(), object)
          + " binlog_format=ROW at the server and in all its sessions, and start the job anew with"
          + " a snapshot.";
    }
    return "a statement that is not understood (%s) may concern the selection ('%s')."
            .formatted(effect.verb(), object)
        + " Start the job anew with a snapshot.";
  }
}
