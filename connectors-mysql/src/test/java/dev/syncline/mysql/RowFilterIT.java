package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Conditions made by chance: what we say of a row is what its server says of it, of the condition
 * as it was written and of its normal form.
 */
class RowFilterIT {
  private static final int CONDITIONS = Integer.getInteger("syncline.conditions", 3_000);
  private static final int ROWS = 100;
  private static final int TOGETHER = 25;

  private final long seed = Long.getLong("syncline.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomConditions conditions = new RandomConditions(random);

  /** A condition, and what we say of each row: 1, 0 or null. */
  private record Answers(RowFilter filter, List<String> values) {}

  @ParameterizedTest
  @EachRelease
  void evaluatesLikeTheServer(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("row_filter");
    int tried = 0;
    int taken = 0;
    List<String> different = new ArrayList<>();
    try (Connection connection = TestTables.lenient(server, database)) {
      TableDefinition table = table(connection, database);
      List<Row> rows = TestTables.read(connection, table);
      while (taken < CONDITIONS) {
        List<Answers> some = new ArrayList<>();
        while (some.size() < TOGETHER) {
          tried++;
          RowFilter filter = RowFilter.parse(conditions.condition(3));
          if (filter.problems(table).isEmpty()) {
            some.add(answers(filter, table, rows));
          }
        }
        taken += some.size();
        compare(connection, some, different);
        assertThat(different.size())
            .as("seed %d, %s", seed, String.join("\n", different))
            .isLessThan(40);
      }
    }
    assertThat(different).as("seed " + seed).isEmpty();
    assertThat(taken).as("of %d conditions, seed %d", tried, seed).isGreaterThan(tried / 4);
    System.out.printf("%s: %d conditions alike, %d refused%n", release, taken, tried - taken);
  }

  private TableDefinition table(Connection connection, String database) throws SQLException {
    TestTables.execute(connection, RandomConditions.create("t"));
    for (int id = 1; id <= ROWS; id++) {
      TestTables.execute(connection, conditions.insert("t", id));
    }
    return TestTables.describe(connection, database, "t");
  }

  private static Answers answers(RowFilter filter, TableDefinition table, List<Row> rows) {
    TableFilter compiled = filter.compile(table);
    List<String> values = new ArrayList<>();
    for (Row row : rows) {
      Object value = compiled.expression().value(row);
      values.add(value == null ? "NULL" : FilterExpression.isTrue(value) ? "1" : "0");
    }
    return new Answers(filter, values);
  }

  private static void compare(Connection connection, List<Answers> some, List<String> different)
      throws SQLException {
    compare(connection, some, different, some.stream().map(a -> a.filter.toString()).toList());
    compare(connection, some, different, some.stream().map(a -> a.filter.text()).toList());
    for (Answers answers : some.subList(0, 3)) {
      compareSelected(connection, answers, different);
    }
  }

  private static void compare(
      Connection connection, List<Answers> some, List<String> different, List<String> texts)
      throws SQLException {
    String sql =
        texts.stream()
            .map(text -> "IF((" + text + ") IS NULL, 'NULL', IF((" + text + "), '1', '0'))")
            .collect(Collectors.joining(", ", "SELECT ", " FROM t ORDER BY id"));
    List<List<String>> found = new ArrayList<>();
    texts.forEach(text -> found.add(new ArrayList<>()));
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        for (int i = 0; i < texts.size(); i++) {
          found.get(i).add(results.getString(i + 1));
        }
      }
    } catch (SQLException e) {
      if (some.size() > 1) {
        for (int i = 0; i < some.size(); i++) {
          compare(connection, some.subList(i, i + 1), different, texts.subList(i, i + 1));
        }
      } else {
        different.add(texts + " fails: " + e.getMessage());
      }
      return;
    }
    for (int i = 0; i < texts.size(); i++) {
      List<String> ours = some.get(i).values;
      if (!ours.equals(found.get(i))) {
        int row = 0;
        while (ours.get(row).equals(found.get(i).get(row))) {
          row++;
        }
        different.add(
            "%s: row %d is %s, server says %s"
                .formatted(texts.get(i), row + 1, ours.get(row), found.get(i).get(row)));
      }
    }
  }

  /** The optimizer may know a shorter way behind WHERE. */
  private static void compareSelected(
      Connection connection, Answers answers, List<String> different) throws SQLException {
    List<String> found = new ArrayList<>();
    String sql = "SELECT id FROM t WHERE id > 0 AND " + answers.filter.text() + " ORDER BY id";
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        found.add(results.getString(1));
      }
    }
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < answers.values.size(); i++) {
      if (answers.values.get(i).equals("1")) {
        expected.add(Integer.toString(i + 1));
      }
    }
    if (!found.equals(expected)) {
      different.add(sql + ": expected rows " + expected + ", but got " + found);
    }
  }
}
