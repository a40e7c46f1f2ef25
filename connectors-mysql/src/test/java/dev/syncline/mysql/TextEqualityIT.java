package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;

/** What is said of a collation is what its server does, for every collation of the server. */
class TextEqualityIT {

  @ParameterizedTest
  @EachRelease
  void agreesWithTheServersOwnWeights(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    try (Connection connection = fixture.server().connect(fixture.database());
        Statement statement = connection.createStatement()) {
      if (!Feature.WEIGHT_STRING.isIn(release)) {
        assertThatThrownBy(() -> statement.executeQuery("SELECT WEIGHT_STRING('a')"))
            .hasMessageContaining("WEIGHT_STRING");
        return;
      }
      fill(statement);
      List<Collation> collations = knownCollations(connection);
      for (Collation collation : collations) {
        boolean folds = TextEquality.of(collation.name()).folds();
        String weight =
            "HEX(WEIGHT_STRING(CONVERT(s USING %s) COLLATE %s))"
                .formatted(collation.charset(), collation.name());
        String form = folds ? "HEX(folded)" : "HEX(s)";
        String sql =
            "SELECT COUNT(DISTINCT %s), COUNT(DISTINCT %s), COUNT(DISTINCT %s, %s)"
                .formatted(weight, form, weight, form);

        // As many weights as forms as pairs of both: two texts share one if they share the other.
        String counts = SinkFixture.ask(connection, sql + " FROM texts").get(0);
        assertThat(counts).as(collation.name()).matches("(\\d+)\\|\\1\\|\\1");
      }
      assertThat(collations).hasSizeGreaterThan(40);
    }
  }

  @ParameterizedTest
  @EachRelease
  void knowsWhereSpacesAtTheEndCount(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    try (Connection connection = fixture.server().connect(fixture.database())) {
      for (Collation collation : knownCollations(connection)) {
        TextEquality equality = TextEquality.of(collation.name());
        String sql =
            "SELECT CONVERT('a' USING %s) COLLATE %s = CONVERT('a ' USING %s)"
                .formatted(collation.charset(), collation.name(), collation.charset());

        boolean same = SinkFixture.ask(connection, sql).equals(List.of("1"));

        assertThat(String.valueOf(equality.canonical("a")).equals(equality.canonical("a ")))
            .as(collation.name())
            .isEqualTo(same);
      }
    }
  }

  private record Collation(String name, String charset) {}

  /** The server's collations of which something is said. */
  private static List<Collation> knownCollations(Connection connection) throws SQLException {
    String sql =
        "SELECT COLLATION_NAME, CHARACTER_SET_NAME FROM information_schema.COLLATIONS"
            + " WHERE CHARACTER_SET_NAME <> 'binary'";
    List<Collation> known = new ArrayList<>();
    for (String row : SinkFixture.ask(connection, sql)) {
      int bar = row.indexOf('|');
      Collation collation = new Collation(row.substring(0, bar), row.substring(bar + 1));
      if (TextEquality.of(collation.name()).canonical("a") != null) {
        known.add(collation);
      }
    }
    return known;
  }

  /** Printable characters and pairs of letters, which may be one letter in some language. */
  private static void fill(Statement statement) throws SQLException {
    Set<String> texts = new TreeSet<>();
    for (char one = '!'; one <= '~'; one++) {
      texts.add(Character.toString(one));
    }
    for (char first = 'a'; first <= 'z'; first++) {
      for (char second = 'a'; second <= 'z'; second++) {
        String pair = Character.toString(first) + second;
        texts.add(pair);
        texts.add(pair.toUpperCase(Locale.ROOT));
        texts.add(first + Character.toString(Character.toUpperCase(second)));
        texts.add(Character.toString(Character.toUpperCase(first)) + second);
      }
    }
    // Wider than the texts: MySQL 8.0.12 cuts weights to a length that follows from the column's.
    statement.execute(
        "CREATE TABLE texts (s VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin,"
            + " folded VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin)");
    List<String> rows = new ArrayList<>();
    for (String text : texts) {
      String folded = SourceFixture.literal(text.toLowerCase(Locale.ROOT));
      rows.add("(" + SourceFixture.literal(text) + ", " + folded + ")");
    }
    statement.execute("INSERT INTO texts VALUES " + String.join(", ", rows));
  }
}
