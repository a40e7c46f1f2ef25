package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.LaneWriter;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * What a server makes of random statements, one by one, is what it has after their changes went
 * through a lane in batches.
 */
class NetEffectIT {

  private static final int ROUNDS = Math.max(8, Integer.getInteger("syncline.kills", 30) / 10);
  private static final int STATEMENTS = 40;
  private static final int DUPLICATE = 1062;

  private static final List<String> SCHEMAS =
      List.of(
          "(a INT PRIMARY KEY, b VARCHAR(9) UNIQUE, c INT, d VARCHAR(9), UNIQUE KEY cd (c, d))",
          "(a INT, b VARCHAR(9) NOT NULL PRIMARY KEY, c INT UNIQUE, d VARCHAR(9) UNIQUE)",
          "(a INT, b VARCHAR(9) NOT NULL, c INT, d VARCHAR(9), PRIMARY KEY (b, a), UNIQUE (d(1)))",
          "(a INT NOT NULL UNIQUE, b VARCHAR(9), c INT, d VARCHAR(9),"
              + " e INT GENERATED ALWAYS AS (c % 3) STORED, UNIQUE KEY e (e), UNIQUE KEY b (b, d))",
          "(a INT, b VARCHAR(9), c INT, d VARCHAR(9))",
          "(a INT, b VARCHAR(9), c INT UNIQUE, d VARCHAR(9))");

  private static final List<String> COLLATIONS =
      List.of("utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_czech_ci");

  private static final List<String> TEXTS =
      List.of("'a'", "'A'", "'a '", "'b'", "'B'", "'c'", "'d'", "'é'", "'e'", "'ß'", "'ss'", "'水'");

  @ParameterizedTest
  @EachRelease
  void equalsTheStatementsOneByOne(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    for (int schema = 0; schema < SCHEMAS.size(); schema++) {
      SinkFixture fixture = new SinkFixture(server);
      fixture.start();
      for (int round = 0; round < ROUNDS; round++) {
        long seed = System.nanoTime();
        String collation = COLLATIONS.get(round % COLLATIONS.size());
        String columns = SCHEMAS.get(schema) + " COLLATE " + collation;
        fixture.execute("CREATE TABLE s" + round + columns, "CREATE TABLE t" + round + columns);

        try {
          new Round(fixture, round, new Random(seed)).run("seed " + seed);
        } catch (Exception e) {
          throw new AssertionError("seed " + seed, e);
        }
      }
    }
  }

  /** One table that is written by statements, and one that is written by a lane. */
  private static final class Round {
    private final SinkFixture fixture;
    private final Random random;
    private final TableDefinition source;
    private final TableDefinition target;
    private final boolean keyless;
    private int position;

    Round(SinkFixture fixture, int number, Random random) throws SQLException {
      this.fixture = fixture;
      this.random = random;
      this.source = fixture.definition("s" + number);
      this.target = SinkFixture.renamed(source, fixture.id("t" + number));
      this.keyless = source.identity().isEmpty();
    }

    void run(String name) throws Exception {
      try (Connection connection = fixture.server().connect(fixture.database());
          Statement statement = connection.createStatement();
          LaneWriter<TableChange> lane = fixture.lane()) {
        List<TableChange> changes = new ArrayList<>();
        for (int i = 0; i < STATEMENTS; i++) {
          change(connection, statement, changes);
          if (random.nextInt(8) == 0) {
            write(lane, changes);
          }
        }
        write(lane, changes);
        lane.commit(Map.of(SinkFixture.STREAM, "end"));
      }

      assertThat(describe(fixture.rows(target)))
          .as(name + " " + source.id())
          .containsExactlyInAnyOrderElementsOf(describe(fixture.rows(source)));
    }

    private void write(LaneWriter<TableChange> lane, List<TableChange> changes) throws Exception {
      lane.write(changes);
      changes.clear();
      if (random.nextBoolean()) {
        lane.commit(Map.of(SinkFixture.STREAM, "p" + ++position));
      }
    }

    /** Executes a statement that changes at most one row, and finds out which. */
    private void change(Connection connection, Statement statement, List<TableChange> changes)
        throws SQLException {
      List<Row> before = SinkFixture.rows(connection, source);
      try {
        statement.execute(sql(before.size()));
      } catch (SQLException e) {
        if (e.getErrorCode() != DUPLICATE) {
          throw e;
        }
        return;
      }
      List<Row> after = SinkFixture.rows(connection, source);
      List<Row> gone = new ArrayList<>(before);
      after.forEach(gone::remove);
      List<Row> come = new ArrayList<>(after);
      before.forEach(come::remove);
      if (gone.isEmpty() && !come.isEmpty()) {
        changes.add(new RowInsert(target, come.get(0)));
      } else if (come.isEmpty() && !gone.isEmpty()) {
        changes.add(new RowDelete(target, gone.get(0)));
      } else if (!come.isEmpty()) {
        changes.add(new RowUpdate(target, gone.get(0), come.get(0)));
      }
    }

    private String sql(int rows) {
      String name = SqlNames.quote(source.id());
      int what = random.nextInt(7);
      if (rows == 0 || what < 2) {
        return "INSERT INTO %s (a, b, c, d) VALUES (%s, %s, %s, %s)"
            .formatted(name, number(false), text(false), number(true), text(true));
      }
      String one = " ORDER BY RAND(" + random.nextInt(1_000) + ") LIMIT 1";
      if (what == 2) {
        return "DELETE FROM " + name + one;
      }
      List<String> sets = new ArrayList<>();
      if (random.nextInt(3) == 0) {
        sets.add("a = " + number(false));
      }
      if (random.nextInt(3) == 0) {
        sets.add("b = " + text(false));
      }
      if (random.nextInt(3) == 0) {
        sets.add("c = " + number(true));
      }
      if (sets.isEmpty() || random.nextInt(3) == 0) {
        sets.add("d = " + text(true));
      }
      return "UPDATE " + name + " SET " + String.join(", ", sets) + one;
    }

    private String number(boolean nullable) {
      return nullable && random.nextInt(4) == 0 ? "NULL" : Integer.toString(random.nextInt(6));
    }

    private String text(boolean nullable) {
      boolean isNull = (nullable || keyless) && random.nextInt(4) == 0;
      return isNull ? "NULL" : TEXTS.get(random.nextInt(TEXTS.size()));
    }
  }

  private static List<String> describe(List<Row> rows) {
    return rows.stream().map(ModelTable::describe).toList();
  }
}
