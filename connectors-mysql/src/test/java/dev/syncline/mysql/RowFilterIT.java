package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.TableSelection;
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
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Pattern;
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

  /** MySQL 5.6 takes what its NULLIF gives of a large number without sign for a negative one. */
  private static final Pattern SIGNED_NULLIF = Pattern.compile("(?i)NULLIF\\((b2|x2)");

  private final long seed = Long.getLong("syncline.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final RandomConditions conditions = new RandomConditions(random);
  private TableDefinition table = RowFilterTest.TABLE;
  private List<Row> rows = List.of();

  /** A condition, and what we say of each row: 1, 0 or null. */
  private record Answers(RowFilter filter, List<String> values) {}

  @ParameterizedTest
  @EachRelease
  void evaluatesLikeTheServer(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    if (release == MySqlRelease.MYSQL_5_5) {
      assertThat(refused(new SourceFixture(server))).contains("FILTER_SERVER");
      return;
    }
    String database = server.createDatabase("row_filter");
    int tried = 0;
    int taken = 0;
    List<String> different = new ArrayList<>();
    try (Connection connection = TestTables.lenient(server, database)) {
      table = table(connection, database);
      rows = TestTables.read(connection, table);
      while (taken < CONDITIONS) {
        List<Answers> some = new ArrayList<>();
        while (some.size() < TOGETHER) {
          tried++;
          String condition = conditions.condition(3);
          if (release != MySqlRelease.MYSQL_5_6 || !SIGNED_NULLIF.matcher(condition).find()) {
            taken(condition).ifPresent(filter -> some.add(answers(filter)));
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

  /** What is said of a server whose answers are not known. */
  private static List<String> refused(SourceFixture source) throws SQLException {
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    TableSelection selection =
        TableSelection.builder()
            .database(source.database(), db -> db.table("t", t -> t.where("id > 0")))
            .build();
    try (Connection connection = source.connect()) {
      return FilterFindings.of(
              MySqlFacts.read(connection),
              selection,
              new MySqlCatalog(connection, false).tables(selection))
          .stream()
          .map(Finding::code)
          .toList();
    }
  }

  /** The condition if it is not refused. */
  private Optional<RowFilter> taken(String text) {
    try {
      RowFilter filter = RowFilter.parse(text);
      return Optional.of(filter).filter(f -> f.problems(table).isEmpty());
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageContaining("<=> stands inside");
      return Optional.empty();
    }
  }

  private TableDefinition table(Connection connection, String database) throws SQLException {
    TestTables.execute(connection, RandomConditions.create("t"));
    for (int id = 1; id <= ROWS; id++) {
      TestTables.execute(connection, conditions.insert("t", id));
    }
    return TestTables.describe(connection, database, "t");
  }

  private Answers answers(RowFilter filter) {
    TableFilter compiled = filter.compile(table);
    List<String> values = new ArrayList<>();
    for (Row row : rows) {
      Object value = compiled.expression().value(row);
      values.add(value == null ? "NULL" : FilterExpression.isTrue(value) ? "1" : "0");
    }
    return new Answers(filter, values);
  }

  private void compare(Connection connection, List<Answers> some, List<String> different)
      throws SQLException {
    // Inside of others, servers take the answer of <=> for NULL now and then.
    List<Answers> plain =
        some.stream().filter(answers -> !answers.filter.toString().contains("<=>")).toList();
    compare(connection, plain, different, RowFilter::toString);
    compare(connection, some, different, RowFilter::text);
    for (Answers answers : some.subList(0, 3)) {
      compareSelected(connection, answers, different);
    }
  }

  private void compare(
      Connection connection,
      List<Answers> some,
      List<String> different,
      Function<RowFilter, String> text)
      throws SQLException {
    List<List<String>> found;
    try {
      found = ask(connection, some.stream().map(answers -> text.apply(answers.filter)).toList());
    } catch (SQLException e) {
      if (some.size() == 1) {
        different.add(text.apply(some.get(0).filter) + " fails: " + e.getMessage());
        return;
      }
      for (Answers each : some) {
        compare(connection, List.of(each), different, text);
      }
      return;
    }
    for (int i = 0; i < some.size(); i++) {
      if (!some.get(i).values.equals(found.get(i))) {
        different.add(difference(connection, some.get(i), text));
      }
    }
  }

  /** The smallest part of a condition of which we say something else than the server. */
  private String difference(Connection connection, Answers whole, Function<RowFilter, String> text)
      throws SQLException {
    List<RowFilter> parts = whole.filter.parts();
    for (int i = parts.size() - 1; i >= 0; i--) {
      if (parts.get(i).problems(table).isEmpty()) {
        Answers answers = answers(parts.get(i));
        List<String> found = ask(connection, List.of(parts.get(i).text())).get(0);
        for (int row = 0; row < found.size(); row++) {
          if (!found.get(row).equals(answers.values.get(row))) {
            return "%s: row %d is %s, server says %s"
                .formatted(parts.get(i), row + 1, answers.values.get(row), found.get(row));
          }
        }
      }
    }
    return "'" + text.apply(whole.filter) + "' means something else than '" + whole.filter.text();
  }

  private static List<List<String>> ask(Connection connection, List<String> conditions)
      throws SQLException {
    String sql =
        conditions.stream()
            .map(text -> "IF((" + text + ") IS NULL, 'NULL', IF((" + text + "), '1', '0'))")
            .collect(Collectors.joining(", ", "SELECT ", " FROM t ORDER BY id"));
    List<List<String>> found = new ArrayList<>();
    conditions.forEach(text -> found.add(new ArrayList<>()));
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        for (int i = 0; i < conditions.size(); i++) {
          found.get(i).add(results.getString(i + 1));
        }
      }
    }
    return found;
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
