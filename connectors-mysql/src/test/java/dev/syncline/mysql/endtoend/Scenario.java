package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One folder of {@code src/test/resources/scenarios}: a type of column, or a trap of the log.
 *
 * <p>{@code schema.sql} runs before the job begins and {@code changes.sql} while it follows, each
 * in one session, whose default database is the scenario's. A first line such as {@code -- needs:
 * MySQL 8.0.13, MariaDB 10.2} says which servers have what the scenario is about; without it, all
 * have.
 *
 * <p>{@code expected.txt} has queries, each followed by the rows that both ends must answer with
 * when all is copied. If the job must end by itself instead, it begins with {@code REFUSED} and the
 * code of a finding, or with {@code STOPS} and what its exception says.
 *
 * @param name of the folder, and of the database
 * @param needs the least version of each product that has it
 * @param ending how the job ends, for example {@code STOPS binlog_format=ROW}; else empty
 * @param expected the rows by the query that asks for them
 */
record Scenario(
    String name,
    Map<MySqlRelease.Family, String> needs,
    List<String> schema,
    List<String> changes,
    String ending,
    Map<String, List<String>> expected) {

  private static final String NEEDS = "-- needs: ";
  private static final Pattern ENDING = Pattern.compile("(REFUSED|STOPS) .+");
  private static final Pattern PRODUCT = Pattern.compile("(MySQL|MariaDB) ([0-9.]+)");

  /** All scenarios that a release can have, by name. */
  static List<Scenario> of(MySqlRelease release) {
    try (Stream<Path> folders = Files.list(root())) {
      return folders.sorted().map(Scenario::read).filter(s -> s.isFor(release)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path root() {
    try {
      return Path.of(Objects.requireNonNull(Scenario.class.getResource("/scenarios")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Scenario read(Path folder) {
    String name = folder.getFileName().toString();
    try {
      List<String> schema = Files.readAllLines(folder.resolve("schema.sql"));
      List<String> expected = new ArrayList<>(Files.readAllLines(folder.resolve("expected.txt")));
      String ending = ENDING.matcher(expected.get(0)).matches() ? expected.remove(0) : "";
      return new Scenario(
          name,
          needs(schema.get(0)),
          statements(schema),
          statements(Files.readAllLines(folder.resolve("changes.sql"))),
          ending,
          queries(expected));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read scenario '" + name + "'.", e);
    }
  }

  private static Map<MySqlRelease.Family, String> needs(String line) {
    Map<MySqlRelease.Family, String> needs = new LinkedHashMap<>();
    if (!line.startsWith(NEEDS)) {
      Stream.of(MySqlRelease.Family.values()).forEach(family -> needs.put(family, "0"));
      return needs;
    }
    for (String product : line.substring(NEEDS.length()).split(", ", -1)) {
      Matcher matcher = PRODUCT.matcher(product);
      if (!matcher.matches()) {
        throw new IllegalArgumentException("Not a product and its version: '" + product + "'");
      }
      needs.put(
          MySqlRelease.Family.valueOf(matcher.group(1).toUpperCase(Locale.ROOT)), matcher.group(2));
    }
    return needs;
  }

  private boolean isFor(MySqlRelease release) {
    String least = needs.get(release.family());
    return least != null && Arrays.compare(numbers(release.version()), numbers(least)) >= 0;
  }

  private static int[] numbers(String version) {
    return Stream.of(version.split("\\.", -1)).mapToInt(Integer::parseInt).toArray();
  }

  /** A statement ends with a semicolon at the end of a line. */
  private static List<String> statements(List<String> lines) {
    List<String> statements = new ArrayList<>();
    StringJoiner statement = new StringJoiner("\n");
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("-- ")) {
        continue;
      }
      if (line.endsWith(";")) {
        statements.add(statement.add(line.substring(0, line.length() - 1)).toString());
        statement = new StringJoiner("\n");
      } else {
        statement.add(line);
      }
    }
    if (statement.length() > 0) {
      throw new IllegalArgumentException("A statement has no end: " + statement);
    }
    return statements;
  }

  private static Map<String, List<String>> queries(List<String> lines) {
    Map<String, List<String>> queries = new LinkedHashMap<>();
    List<String> rows = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("SELECT ")) {
        rows = new ArrayList<>();
        queries.put(line, rows);
      } else if (!line.isBlank()) {
        rows.add(line);
      }
    }
    return queries;
  }

  /** What a connection to one end answers to the queries. */
  Map<String, List<String>> answers(Connection connection) throws SQLException {
    Map<String, List<String>> answers = new LinkedHashMap<>();
    try (Statement statement = connection.createStatement()) {
      for (String query : expected.keySet()) {
        try (ResultSet results = statement.executeQuery(query)) {
          answers.put(query, rows(results));
        }
      }
    }
    return answers;
  }

  private static List<String> rows(ResultSet results) throws SQLException {
    List<String> rows = new ArrayList<>();
    while (results.next()) {
      StringJoiner row = new StringJoiner(" | ");
      for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
        row.add(String.valueOf(results.getString(i)));
      }
      rows.add(row.toString());
    }
    return rows;
  }

  /** For the names of tests. */
  @Override
  public String toString() {
    return name;
  }
}
