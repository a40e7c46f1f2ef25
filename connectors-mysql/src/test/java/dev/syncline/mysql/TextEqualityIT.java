package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of a collation is what its server does, for every collation of the server. */
class TextEqualityIT {

  @ParameterizedTest
  @EnumSource
  void agreesWithTheServersOwnWeights(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    List<String> texts = asciiTexts();
    int known = 0;
    try (Connection connection = fixture.server().connect(fixture.database());
        Statement statement = connection.createStatement()) {
      fill(statement, texts);
      for (String collation :
          SinkFixture.ask(
              connection,
              "SELECT CONCAT(COLLATION_NAME, ' ', CHARACTER_SET_NAME)"
                  + " FROM information_schema.COLLATIONS WHERE CHARACTER_SET_NAME <> 'binary'")) {
        String[] names = collation.split(" ", 2);
        TextEquality equality = TextEquality.of(names[0]);
        if (equality.canonical("a") == null) {
          continue;
        }
        known++;
        String sql =
            "SELECT s, HEX(WEIGHT_STRING(CONVERT(s USING %s) COLLATE %s)) FROM texts"
                .formatted(names[1], names[0]);
        Map<String, Set<String>> byWeight = new HashMap<>();
        Map<String, Set<String>> byForm = new HashMap<>();
        for (String row : SinkFixture.ask(connection, sql)) {
          String text = row.substring(0, row.lastIndexOf('|'));
          String weight = row.substring(row.lastIndexOf('|') + 1);
          byWeight.computeIfAbsent(weight, w -> new HashSet<>()).add(text);
          byForm.computeIfAbsent(equality.canonical(text), f -> new HashSet<>()).add(text);
        }
        assertThat(Set.copyOf(byForm.values()))
            .as(names[0])
            .isEqualTo(Set.copyOf(byWeight.values()));
      }
    }
    assertThat(known).isGreaterThan(40);
  }

  @ParameterizedTest
  @EnumSource
  void knowsWhereSpacesAtTheEndCount(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    try (Connection connection = fixture.server().connect(fixture.database())) {
      for (String collation :
          SinkFixture.ask(
              connection,
              "SELECT CONCAT(COLLATION_NAME, ' ', CHARACTER_SET_NAME)"
                  + " FROM information_schema.COLLATIONS WHERE CHARACTER_SET_NAME <> 'binary'")) {
        String[] names = collation.split(" ", 2);
        TextEquality equality = TextEquality.of(names[0]);
        if (equality.canonical("a") == null) {
          continue;
        }
        String sql =
            "SELECT CONVERT('a' USING %s) COLLATE %s = CONVERT('a ' USING %s)"
                .formatted(names[1], names[0], names[1]);
        boolean same = SinkFixture.ask(connection, sql).equals(List.of("1"));
        assertThat(equality.canonical("a").equals(equality.canonical("a ")))
            .as(names[0])
            .isEqualTo(same);
      }
    }
  }

  /** All texts of one and two printable characters that do not end in a space. */
  private static List<String> asciiTexts() {
    List<String> texts = new ArrayList<>();
    for (char first = ' '; first <= '~'; first++) {
      for (char second = '!'; second <= '~'; second++) {
        texts.add("" + first + second);
      }
      if (first != ' ') {
        texts.add("" + first);
      }
    }
    return texts;
  }

  private static void fill(Statement statement, List<String> texts) throws SQLException {
    statement.execute("CREATE TABLE texts (s VARCHAR(2) CHARACTER SET ascii COLLATE ascii_bin)");
    StringBuilder sql = new StringBuilder("INSERT INTO texts VALUES ");
    for (String text : texts) {
      sql.append(sql.charAt(sql.length() - 1) == ' ' ? "(" : ", (")
          .append(SourceFixture.literal(text))
          .append(')');
    }
    statement.execute(sql.toString());
  }
}
