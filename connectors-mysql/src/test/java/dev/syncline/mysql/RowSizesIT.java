package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.params.ParameterizedTest;

final class RowSizesIT {
  private static final int MEBIBYTE = 1 << 20;

  @ParameterizedTest
  @EachRelease
  void makesRangesOfWideRowsShort(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("sizes");
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id INT PRIMARY KEY, b MEDIUMBLOB, s TEXT)");
      for (int i = 1; i <= 12; i++) {
        String large = "REPEAT('x', " + MEBIBYTE + ")";
        statement.execute("INSERT INTO t VALUES (" + i + ", " + large + ", NULL)");
      }
      TableDefinition table = table(connection, database);
      ChunkKey key = ChunkKey.of(table).orElseThrow();
      RowSizes sizes = RowSizes.of(table, 2 * MEBIBYTE);

      assertThat(sizes.fitting(connection, key, KeyRange.ALL, 1_000).rows()).isBetween(4, 8);
      assertThat(sizes.fitting(connection, key, KeyRange.ALL, 5).rows()).isEqualTo(5);
      assertThat(count(connection, key.select("id", KeyRange.ALL, sizes.condition())))
          .isEqualTo(12);
    }
  }

  @ParameterizedTest
  @EachRelease
  void asksIfRowsAsWideAsTheyMayBeWouldNotFit(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("sizes");
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, b VARBINARY(8000))");
      statement.execute("INSERT INTO t (b) VALUES (REPEAT('x', 8000))");
      for (int doubled = 1; doubled <= 11; doubled++) {
        statement.execute("INSERT INTO t (b) SELECT b FROM t");
      }
      TableDefinition table = table(connection, database);
      ChunkKey key = ChunkKey.of(table).orElseThrow();
      RowSizes sizes = RowSizes.of(table, MEBIBYTE);

      RowSizes.Fitting fitting = sizes.fitting(connection, key, KeyRange.ALL, 5_000);

      assertThat(fitting.rows()).isBetween(500, 1_100);
      assertThat(fitting.found()).isEqualTo(fitting.rows());
      assertThat(sizes.fitting(connection, key, KeyRange.ALL, 1_000).bytes()).isZero();
    }
  }

  @ParameterizedTest
  @EachRelease
  void namesARowThatIsTooLarge(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("sizes");
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE t (id INT PRIMARY KEY, b MEDIUMBLOB, s TEXT)");
      statement.execute("INSERT INTO t VALUES (1, 'x', 'y'), (2, REPEAT('x', 50000), 'y')");
      TableDefinition table = table(connection, database);
      ChunkKey key = ChunkKey.of(table).orElseThrow();
      RowSizes sizes = RowSizes.of(table, 40_000);

      assertThatThrownBy(() -> sizes.fitting(connection, key, KeyRange.ALL, 10))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("'" + table.id() + "'")
          .hasMessageContaining("50010 bytes");
      assertThatThrownBy(() -> count(connection, query(key, KeyRange.OPEN, sizes)))
          .isInstanceOfSatisfying(
              SQLException.class,
              refused ->
                  assertThat(SnapshotErrors.translate(refused, table.id()))
                      .isInstanceOf(UnsupportedChangeException.class)
                      .hasMessageContaining("too large"));
      assertThat(count(connection, query(key, "=1", sizes))).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EachRelease
  void countsTwoBytesForEachCharacterOfTextThatIsNotPlain(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("sizes");
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(
          Dialect.of(
              release,
              "CREATE TABLE t (id INT PRIMARY KEY, u LONGTEXT CHARACTER SET utf8mb4,"
                  + " l LONGTEXT CHARACTER SET latin1, j JSON)"));
      String plain = "REPEAT('x', 50000)";
      String emoji = "_utf8mb4 x'F09F9880'";
      String euros = "REPEAT(_latin1 x'80', " + 3 * MEBIBYTE + ")";
      statement.execute("INSERT INTO t (id, u, l) VALUES (1, " + plain + ", " + plain + ")");
      statement.execute("INSERT INTO t (id, u) VALUES (2, CONCAT(" + plain + ", " + emoji + "))");
      statement.execute("INSERT INTO t (id, l) VALUES (3, " + euros + ")");
      statement.execute("INSERT INTO t (id, j) VALUES (4, CONCAT('[\"', " + plain + ", '\"]'))");
      TableDefinition table = table(connection, database);
      ChunkKey key = ChunkKey.of(table).orElseThrow();
      RowSizes sizes = RowSizes.of(table, 20 * MEBIBYTE);

      assertThat(sizes.fitting(connection, key, KeyRange.ALL, 1).bytes()).isEqualTo(100_008);
      assertThat(sizes.fitting(connection, key, behind("=1"), 1).bytes())
          .isBetween(100_008L, 100_020L);
      assertThat(sizes.fitting(connection, key, behind("=2"), 1).bytes())
          .isGreaterThan(9 * MEBIBYTE);
      assertThat(sizes.fitting(connection, key, behind("=3"), 1).bytes())
          .isBetween(50_000L, 50_020L);
    }
  }

  private static String query(ChunkKey key, String upTo, RowSizes sizes) {
    return key.select("id", new KeyRange(KeyRange.OPEN, upTo), sizes.condition());
  }

  private static TableDefinition table(Connection connection, String database) throws SQLException {
    TableSelection all = TableSelection.builder().database(database).build();
    return new MySqlCatalog(connection, false).structures(all).get(0).definition();
  }

  private static int count(Connection connection, String sql) throws SQLException {
    int count = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        count++;
      }
    }
    return count;
  }

  private static KeyRange behind(String bound) {
    return new KeyRange(bound, KeyRange.OPEN);
  }
}
