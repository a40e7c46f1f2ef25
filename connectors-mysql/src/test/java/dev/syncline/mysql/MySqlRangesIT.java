package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SnapshotReader;
import dev.syncline.change.Column;
import dev.syncline.change.KeyRange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the type of a key: the ranges of a table together hold each row exactly once. */
class MySqlRangesIT {
  private static final List<Key> KEYS =
      List.of(
          new Key("TINYINT", "-128", "-1", "0", "1", "127"),
          new Key("INT UNSIGNED", "0", "1", "2147483647", "2147483648", "4294967295"),
          new Key(
              "BIGINT",
              "-9223372036854775808",
              "-9007199254740993",
              "0",
              "9007199254740992",
              "9007199254740993",
              "9223372036854775807"),
          new Key(
              "BIGINT UNSIGNED",
              "0",
              "9007199254740993",
              "9223372036854775807",
              "9223372036854775808",
              "18446744073709551614",
              "18446744073709551615"),
          new Key(
              "DECIMAL(65,30)",
              "-99999999999999999999999999999999999.999999999999999999999999999999",
              "-0.000000000000000000000000000001",
              "0",
              "0.000000000000000000000000000001",
              "12345678901234567890123456789012345.123456789012345678901234567890",
              "12345678901234567890123456789012345.123456789012345678901234567891"),
          new Key("YEAR", "0", "1901", "2155"),
          new Key("DATE", "'0000-00-00'", "'1000-00-15'", "'2023-02-31'", "'9999-12-31'"),
          new Key(
              "DATETIME(6)",
              "'0000-00-00 00:00:00'",
              "'1582-10-10 00:00:00'",
              "'2023-02-31 23:59:59.999999'",
              "'9999-12-31 23:59:59.999998'",
              "'9999-12-31 23:59:59.999999'"),
          new Key(
              "TIMESTAMP(3)",
              "'0000-00-00 00:00:00'",
              "'1970-01-01 00:00:01.000'",
              "'2023-10-29 01:30:00.001'",
              "'2038-01-19 03:14:07.999'"),
          new Key("TIME(3)", "'-838:59:59'", "'-00:00:00.001'", "'00:00:00'", "'838:59:59'"),
          new Key("ENUM('z','it''s','\\\\','a,b','ä')", "1", "2", "3", "4", "5", "0"),
          new Key("ENUM('b','','a')", "1", "2", "3", "0"),
          new Key("BINARY(4)", "x'00000000'", "x'00000001'", "x'61620000'", "x'FFFFFFFF'"),
          new Key("VARBINARY(8)", "''", "x'00'", "x'0000'", "x'61'", "x'6100'", "x'FFFF'"),
          text("VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "", "A", "a", "a b", "ä"),
          text("VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci", words()),
          text("VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", words()),
          text("CHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci", words()),
          text("VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci", "a", "ä", "af", "ß"),
          text("VARCHAR(20) CHARACTER SET ucs2", "", "a", "Ω", "水", "z"),
          text("VARCHAR(20) CHARACTER SET gbk", "", "a", "水", "水水", "中", "z"));

  /** Values of a key as SQL, each once. */
  record Key(String type, List<String> values) {
    Key(String type, String... values) {
      this(type, List.of(values));
    }

    /** The same key where a server may not know fractions of seconds. */
    Key in(MySqlRelease release) {
      String plain = Dialect.of(release, type);
      return plain.equals(type)
          ? this
          : new Key(plain, values.stream().filter(value -> !value.contains(".")).toList());
    }

    @Override
    public String toString() {
      return type;
    }
  }

  private static Key text(String type, String... words) {
    return new Key(type, Arrays.stream(words).map(SourceFixture::literal).toList());
  }

  private static String[] words() {
    return new String[] {
      "", "!", "'", "\\", "%", "_", "-", "0", "10", "9", "aaaa", "bbbb", "ZZZZ", "ab", "aB1", "ß1",
      "s", "ä2", "é", "ω", "水", "\u1F600", "𝄞", "x y", "xy"
    };
  }

  static Stream<Arguments> keysOnServers() {
    return MySqlRelease.selected().stream()
        .flatMap(release -> KEYS.stream().map(key -> Arguments.of(release, key.in(release))));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("keysOnServers")
  @Tag(EachRelease.TAG)
  void rangesHoldEachRowOnce(MySqlRelease release, Key key) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    create(source, "k " + key.type() + " NOT NULL, n INT NOT NULL, PRIMARY KEY (k)");
    fill(source, key.values(), 1);

    try (Cutter cutter = new Cutter(source)) {
      cutter.assertEachRowOnce(1, key.values().size());
      cutter.assertEachRowOnce(2, key.values().size());
      cutter.assertEachRowOnce(100, key.values().size());
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("keysOnServers")
  @Tag(EachRelease.TAG)
  void rangesOfACompositeKeyHoldEachRowOnce(MySqlRelease release, Key key) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    create(
        source,
        "k "
            + key.type()
            + " NOT NULL, n INT NOT NULL, s VARCHAR(9) CHARACTER SET latin1 NOT NULL"
            + " DEFAULT 'a b', PRIMARY KEY (s, k, n)");
    fill(source, key.values(), 3);

    try (Cutter cutter = new Cutter(source)) {
      cutter.assertEachRowOnce(1, 3 * key.values().size());
      cutter.assertEachRowOnce(2, 3 * key.values().size());
      cutter.assertEachRowOnce(5, 3 * key.values().size());
    }
  }

  @ParameterizedTest
  @EachRelease
  void anEmptyTableIsOneOpenRange(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    create(source, "k INT NOT NULL PRIMARY KEY, n INT");

    try (Cutter cutter = new Cutter(source)) {
      assertThat(cutter.ranges(10)).containsExactly(KeyRange.ALL);
    }
  }

  @ParameterizedTest
  @EachRelease
  void aBoundHoldsForRowsThatComeLater(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    create(source, "k VARCHAR(10) NOT NULL PRIMARY KEY, n INT NOT NULL");
    fill(source, List.of("'b'", "'d'", "'f'", "'h'"), 1);
    try (Cutter cutter = new Cutter(source)) {
      List<KeyRange> ranges = cutter.ranges(2);

      source.execute(
          "DELETE FROM t WHERE k = 'd'", "INSERT INTO t VALUES ('a', 1), ('c', 2), ('z', 3)");

      assertThat(ranges).hasSize(2);
      assertThat(cutter.rows(ranges.get(0))).hasSize(3);
      assertThat(cutter.rows(ranges.get(1))).hasSize(3);
    }
  }

  @ParameterizedTest
  @EachRelease
  void theServerLooksIntoTheKey(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    create(
        source,
        "e ENUM('x','y','z') NOT NULL, s VARCHAR(20) NOT NULL, n INT NOT NULL,"
            + " PRIMARY KEY (e, s, n)");
    source.execute(
        "INSERT INTO t SELECT 1 + a.n % 3, CONCAT('s', b.n), a.n * 100 + b.n FROM "
            + numbers("a", 50)
            + ", "
            + numbers("b", 100));
    try (Cutter cutter = new Cutter(source)) {
      ChunkKey key = ChunkKey.of(cutter.table).orElseThrow();
      List<KeyRange> ranges = cutter.ranges(500);

      String read = key.select(RowSelect.of(cutter.table).selectList(), ranges.get(4));
      String probe = key.probe(new KeyRange(ranges.get(4).after(), KeyRange.OPEN), 500);

      assertThat(ranges).hasSize(10);
      assertThat(examinedRows(source, read)).isLessThan(1_600);
      assertThat(examinedRows(source, probe)).isLessThan(1_600);
    }
  }

  private static String numbers(String name, int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "SELECT " + i + " AS n")
        .collect(Collectors.joining(" UNION ALL ", "(", ") AS " + name));
  }

  /** How many index entries or rows the server touches for a query. */
  private static long examinedRows(SourceFixture source, String sql) throws SQLException {
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
      statement.execute("FLUSH STATUS");
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {}
      }
      long touched = 0;
      try (ResultSet rows = statement.executeQuery("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
        while (rows.next()) {
          touched += rows.getLong(2);
        }
      }
      return touched;
    }
  }

  private static void create(SourceFixture source, String body) throws SQLException {
    source.execute("CREATE TABLE t (" + body + ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4");
  }

  private static void fill(SourceFixture source, List<String> values, int copies)
      throws SQLException {
    List<String> rows = new ArrayList<>();
    for (String value : values) {
      for (int copy = 0; copy < copies; copy++) {
        rows.add("(" + value + ", " + rows.size() + ")");
      }
    }
    source.execute(
        "SET SESSION sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'",
        "INSERT INTO t (k, n) VALUES " + String.join(", ", rows));
  }

  /** Cuts the table of a test and reads its ranges. */
  private static final class Cutter implements AutoCloseable {
    private final TableDefinition table;
    private final SnapshotReader reader;

    Cutter(SourceFixture source) {
      this.table = source.definition("t");
      this.reader = source.reader();
    }

    void assertEachRowOnce(int size, int expected) {
      int n = table.columns().stream().map(Column::name).toList().indexOf("n");
      List<KeyRange> ranges = ranges(size);

      List<Object> found = new ArrayList<>();
      ranges.forEach(range -> rows(range).forEach(row -> found.add(row.row().value(n))));

      assertThat(found)
          .containsExactlyInAnyOrderElementsOf(
              LongStream.range(0, expected).mapToObj(i -> (Object) i).toList());
      assertThat(ranges).hasSize(Math.max(1, (expected + size - 1) / size));
    }

    List<KeyRange> ranges(int size) {
      List<KeyRange> ranges = new ArrayList<>();
      assertThat(reader.canCut(table)).isTrue();
      KeyRange rest = KeyRange.ALL;
      do {
        KeyRange range = reader.nextRange(table, rest, size);
        assertThat(range.after()).isEqualTo(rest.after());
        ranges.add(range);
        rest = new KeyRange(range.upTo(), KeyRange.OPEN);
      } while (!rest.equals(KeyRange.ALL));
      return ranges;
    }

    List<SnapshotRow> rows(KeyRange range) {
      return reader.readRange(table, range).rows();
    }

    @Override
    public void close() {
      reader.close();
    }
  }
}
