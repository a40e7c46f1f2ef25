package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.SchemaStatement.Again;
import dev.syncline.mysql.SchemaStatement.End;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SchemaStatement.Target;
import dev.syncline.mysql.SchemaVerdict.Outcome;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done about a statement of which nobody knows whether it has run. */
class SchemaVerdictTest {

  private static final String OLD = "8.0.31";
  private static final String THERE = "innodb 1";
  private static final String OTHER = "innodb 2";

  /** A step on two objects, which need not be looked at. */
  private static SchemaVerdict verdict(
      Again again, List<End> ends, ObjectStates before, ObjectStates now) throws SQLException {
    List<Target> targets =
        List.of(
            new Target(new SqlObject(SqlObject.Kind.VIEW, "db", "a"), ends.get(0)),
            new Target(new SqlObject(SqlObject.Kind.VIEW, "db", "b"), ends.get(1)));
    return SchemaVerdict.of(
        null, new Step("sql", targets, again), before, now, new ExpectedTables(List.of()));
  }

  private static ObjectStates states(String server, String... states) {
    return new ObjectStates(server, List.of(states));
  }

  @Test
  void runsWhatHasNotRunOrMayRunTwice() throws SQLException {
    List<End> moved = List.of(End.GONE, End.THERE);
    ObjectStates before = states(OLD, THERE, ObjectStates.ABSENT);
    ObjectStates mixed = states(OLD, OTHER, OTHER);

    assertThat(verdict(Again.IF_UNCHANGED, moved, before, before).outcome()).isEqualTo(Outcome.RUN);
    assertThat(verdict(Again.ALWAYS, moved, before, mixed).outcome()).isEqualTo(Outcome.RUN);
    assertThat(verdict(Again.NEVER, moved, before, before).outcome()).isEqualTo(Outcome.UNKNOWN);
  }

  /** What is on the left was {@code there}, and {@code absent} on the right. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GONE | THERE | absent | innodb 1 | DONE",
        "GONE | THERE | innodb 1 | innodb 1 | UNKNOWN view 'db.a' is there, and others",
        "GONE | THERE | innodb 2 | absent | UNKNOWN view 'db.a' is there, and others",
        "CHANGED | THERE | innodb 2 | innodb 1 | DONE",
        "CHANGED | THERE | innodb 1 | innodb 1 | UNKNOWN view 'db.a' is as before, and others",
        "CHANGED | THERE | absent | innodb 1 | UNKNOWN view 'db.a' is not there",
        "CHANGED | THERE | innodb 2 | absent | UNKNOWN view 'db.b' is not there",
        "SAME | THERE | innodb 1 | innodb 1 | DONE",
        "SAME | THERE | innodb 2 | innodb 1 | UNKNOWN view 'db.a' is not as before",
        "SAME | THERE | absent | innodb 1 | UNKNOWN view 'db.a' is not as before",
      })
  void takesForDoneWhatIsAsItMustBe(
      End one, End other, String now, String nowOther, String expected) throws SQLException {
    SchemaVerdict found =
        verdict(
            Again.IF_UNCHANGED,
            List.of(one, other),
            states(OLD, THERE, ObjectStates.ABSENT),
            states(OLD, now, nowOther));

    assertThat(found.outcome() + " " + found.why()).startsWith(expected);
  }

  /** Another version may describe the same object otherwise. */
  @Test
  void comparesNothingWithAnotherVersion() throws SQLException {
    ObjectStates before = states(OLD, THERE, ObjectStates.ABSENT);
    ObjectStates now = states("8.4.0", OTHER, THERE);

    for (End end : List.of(End.CHANGED, End.SAME)) {
      SchemaVerdict found = verdict(Again.IF_UNCHANGED, List.of(end, End.THERE), before, now);

      assertThat(found.outcome()).isEqualTo(Outcome.UNKNOWN);
      assertThat(found.why()).contains("'db.a'", "cannot be compared");
    }
    ObjectStates gone = states("8.4.0", ObjectStates.ABSENT, THERE);
    assertThat(verdict(Again.IF_UNCHANGED, List.of(End.GONE, End.THERE), before, gone).outcome())
        .isEqualTo(Outcome.DONE);
  }

  /** Two tables that look alike, and one that does not. */
  @Test
  void knowsExchangesThatCannotBeSeen() {
    SchemaStatement exchange =
        SchemaStatementReader.read(
            new StatementText(
                "RENAME TABLE db.a TO db.x, db.b TO db.a, db.x TO db.b",
                SqlTokens.SqlMode.DEFAULT,
                new SqlVersion(false, 80_031)),
            "db");
    List<SqlObject> objects = exchange.whole().objects();
    ObjectStates alike = states(OLD, each(objects, THERE));
    ObjectStates unlike = states(OLD, each(objects, OTHER));

    assertThat(SchemaVerdict.isAmbiguous(exchange.whole(), exchange.parts(), alike)).isTrue();
    assertThat(SchemaVerdict.isAmbiguous(exchange.whole(), exchange.parts(), unlike)).isFalse();
  }

  /** Table b looks like that; x is not there. */
  private static String[] each(List<SqlObject> objects, String ofB) {
    return objects.stream()
        .map(o -> o.name().equals("x") ? ObjectStates.ABSENT : o.name().equals("b") ? ofB : THERE)
        .toArray(String[]::new);
  }
}
