package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares how we and real servers print floating point numbers in JSON documents. */
class JsonNumbersIT {

  private static final long SEED = 20_240_229;
  private static final int RANDOM_NUMBERS = 5000;

  @ParameterizedTest
  @CsvSource({"MYSQL_8_0, WITH_FRACTION", "MYSQL_5_7, SHORTEST", "MARIADB_10_11, SHORTEST"})
  void asksTheServerForItsManner(MySqlRelease release, JsonNumbers expected) throws Exception {
    try (Connection connection = MySqlServer.shared(release).connect()) {
      assertThat(JsonNumbers.of(connection)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"MYSQL_8_0, WITH_FRACTION", "MYSQL_5_7, SHORTEST"})
  void printsAsTheServerDoes(MySqlRelease release, JsonNumbers style) throws Exception {
    List<String> expected = new ArrayList<>();
    StringJoiner literals = new StringJoiner(", ", "SELECT JSON_ARRAY(", ")");
    for (double number : numbers().toArray()) {
      String text = Double.toString(number);
      literals.add(text.contains("E") ? text : text + "E0");
      StringBuilder printed = new StringBuilder();
      style.append(printed, number);
      expected.add(printed.toString());
    }

    try (Connection connection = MySqlServer.shared(release).connect();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(literals.toString())) {
      results.next();
      String array = results.getString(1);
      String[] printed = array.substring(1, array.length() - 1).split(", ", -1);
      assertThat(printed).hasSize(expected.size());
      List<String> differences = new ArrayList<>();
      for (int i = 0; i < printed.length; i++) {
        if (!printed[i].equals(expected.get(i))) {
          differences.add(expected.get(i) + " instead of " + printed[i]);
        }
      }
      assertThat(differences).describedAs("random numbers of seed %d", SEED).isEmpty();
    }
  }

  /** Random bits, decimals of few digits around the changes of notation, and powers of two. */
  private static DoubleStream numbers() {
    Random random = new Random(SEED);
    DoubleStream bits =
        random.longs(RANDOM_NUMBERS).mapToDouble(Double::longBitsToDouble).filter(Double::isFinite);
    DoubleStream decimals =
        IntStream.range(0, RANDOM_NUMBERS)
            .mapToDouble(
                i -> (random.nextInt(200_000) - 100_000) * Math.pow(10, random.nextInt(40) - 22));
    DoubleStream powers = IntStream.range(-1074, 1024).mapToDouble(e -> Math.scalb(1.0, e));
    return DoubleStream.concat(DoubleStream.concat(bits, decimals), powers);
  }
}
