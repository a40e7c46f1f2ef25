package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Gives documents to real servers and gets them back as they were. */
class ExactJsonIT {

  private static final long SEED = 7;

  @ParameterizedTest
  @EnumSource(
      value = MySqlRelease.class,
      names = {"MYSQL_8_0", "MYSQL_5_7"})
  void documentsComeBackAsTheyWere(MySqlRelease release) throws Exception {
    try (Connection connection = MySqlServer.shared(release).connect()) {
      JsonNumbers style = JsonNumbers.of(connection);
      String zero = style == JsonNumbers.WITH_FRACTION ? "-0.0" : "-0";
      for (String document :
          List.of(
              randomNumbers(style),
              "{\"k\": 1.10, \"a b\": [{\"c\\\"\\\\\": 2.20, \"é.中😀\": [" + zero + ", 3.30]}]}",
              "{\"\\n\": 1e300, \"n\": 12345678901234567890123.456, \"$.x[0]\": 0.50}",
              "12345678901234567890123",
              zero,
              "0.00")) {
        assertThat(write(connection, document)).isEqualTo(document);
      }
    }
  }

  private static String randomNumbers(JsonNumbers style) {
    Random random = new Random(SEED);
    StringJoiner numbers = new StringJoiner(", ", "[", "]");
    for (int i = 0; i < 5000; i++) {
      double scale = Math.pow(10, random.nextInt(600) - 300);
      StringBuilder number = new StringBuilder();
      style.append(
          number, i % 2 == 0 ? random.nextGaussian() * scale : Math.sqrt(random.nextInt(1 << 20)));
      numbers.add(number);
    }
    return numbers.toString();
  }

  private static String write(Connection connection, String document) throws SQLException {
    ExactJson json = ExactJson.of(document);
    StringBuilder sql = new StringBuilder("SELECT CONVERT(CAST(").append(json.head());
    SqlLiterals.appendText(sql, document);
    sql.append(json.tail()).append(" AS JSON) USING utf8mb4)");
    return SinkFixture.ask(connection, sql.toString()).get(0);
  }
}
