package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Updates of parts of documents: what the log says of them, made whole, is what the server prints.
 */
class PartialJsonIT {
  private static final long SEED = 20_221_011;
  private static final int UPDATES = 400;
  private static final int ROWS = 4;
  private static final int FILLER = 2_000;
  private static final int PARTIAL_UPDATE = 39;

  /** An event with the row before and no whole document after. */
  private static final int LONGEST_WITHOUT_DOCUMENT = 3 * FILLER + 1_900;

  private static final Duration POLL = Duration.ofSeconds(30);

  /** Names of members that a path must quote, or need not. */
  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "long name",
          "",
          "x.y",
          "x[0]",
          "quo\\\\\"te",
          "back\\\\\\\\slash",
          "1",
          "$",
          "last",
          "\u00e9t\u00e9",
          "\u4e2d\u6587",
          "\uD83D\uDE00",
          "tab\\\\t",
          "_ok$1",
          "it''s");

  private static final List<String> VALUES =
      List.of(
          "1",
          "-7",
          "70000",
          "5000000000",
          "18446744073709551615",
          "1.10",
          "1E0",
          "-0E0",
          "2.5E-9",
          "'text'",
          "'\u00e9\u4e2d\uD83D\uDE00 \"\\\\'",
          "''",
          "NULL",
          "TRUE",
          "FALSE",
          "CAST('2020-01-02 03:04:05.25' AS DATETIME(6))",
          "CAST('-12:13:14.5' AS TIME(3))",
          "CAST('2020-01-02' AS DATE)",
          "x'00FF'",
          "JSON_ARRAY()",
          "JSON_OBJECT()",
          "JSON_ARRAY(1, 'two', NULL, 3.50)",
          "JSON_OBJECT('a', 1, 'bb', JSON_ARRAY(1, 2))",
          "REPEAT('z', 300)",
          "(SELECT JSON_ARRAYAGG(i) FROM numbers)");

  private final Random random = new Random(SEED);
  private MySqlServer server;
  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    server = BinlogFlavor.MYSQL_8_0.server();
    bench = new BinlogBench(server);
    bench.run(
        "CREATE TABLE numbers (i INT PRIMARY KEY)",
        "INSERT INTO numbers VALUES (1), (300), (-70000)",
        "CREATE TABLE doc (id INT PRIMARY KEY, x JSON, n INT, y JSON NOT NULL, t LONGTEXT,"
            + " z JSON, g INT AS (JSON_LENGTH(y)) STORED)");
    for (int id = 1; id <= ROWS; id++) {
      bench.run(
          "INSERT INTO doc (id, x, n, y, z) VALUES (%d, %2$s, 0, %2$s, %2$s)"
              .formatted(id, document()));
    }
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  private static String document() {
    return ("JSON_OBJECT('a', JSON_ARRAY(1, JSON_OBJECT('b', 2), JSON_ARRAY(3)), 'long name',"
            + " JSON_OBJECT('b', 1, 'x.y', JSON_ARRAY(5)), '', 0, 'filler', REPEAT('f', %d))")
        .formatted(FILLER);
  }

  @Test
  void whatIsMadeOfPartsIsWhatTheServerPrints() throws Exception {
    MySqlPosition begin = bench.here();
    RawBinlog.Place start = RawBinlog.end(server);
    bench.run("SET SESSION binlog_row_value_options = PARTIAL_JSON");
    List<Row> printed = new ArrayList<>();
    for (int i = 0; i < UPDATES; i++) {
      int id = 1 + random.nextInt(ROWS);
      bench.run("UPDATE doc SET n = n + 1, %s WHERE id = %d".formatted(assignments(i), id));
      printed.add(print(id));
    }
    bench.run("SET SESSION binlog_row_value_options = ''");

    assertThat(after(begin, UPDATES)).describedAs("seed %d", SEED).isEqualTo(printed);
    assertThat(RawBinlog.read(server, start, RawBinlog.end(server)))
        .filteredOn(event -> event.type() == PARTIAL_UPDATE)
        .hasSize(UPDATES)
        .filteredOn(event -> event.body().length < LONGEST_WITHOUT_DOCUMENT)
        .hasSizeGreaterThan(UPDATES / 2);
  }

  /** Changes of one to three columns; a document grows small again from time to time. */
  private String assignments(int update) {
    if (update % 25 == 24) {
      return "x = %1$s, y = %1$s, z = %1$s".formatted(document());
    }
    List<String> columns = new ArrayList<>(List.of("x", "y", "z"));
    List<String> assignments = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String column = columns.remove(random.nextInt(columns.size()));
      assignments.add(column + " = " + expression(column));
    }
    return String.join(", ", assignments);
  }

  private String expression(String column) {
    return switch (random.nextInt(24)) {
      case 0 -> column.equals("y") ? "JSON_ARRAY()" : "NULL";
      case 1 -> document();
      case 2 -> "JSON_ARRAY_APPEND(%s, '$.a', 1)".formatted(column);
      case 3 -> "JSON_REMOVE(JSON_SET(%s, '$.a', 1), '$.b')".formatted(column);
      case 4, 5, 6, 7 -> "JSON_REMOVE(%s%s)".formatted(column, repeated(this::path));
      case 8, 9, 10, 11, 12 ->
          "JSON_REPLACE(%s%s)".formatted(column, repeated(() -> path() + ", " + value()));
      default -> "JSON_SET(%s%s)".formatted(column, repeated(() -> path() + ", " + value()));
    };
  }

  private String repeated(Supplier<String> argument) {
    StringBuilder arguments = new StringBuilder();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      arguments.append(", ").append(argument.get());
    }
    return arguments.toString();
  }

  private String path() {
    StringBuilder path = new StringBuilder("'$");
    int legs = 1 + random.nextInt(3);
    for (int i = 0; i < legs; i++) {
      if (i > 0 && random.nextBoolean()) {
        path.append(random.nextInt(4) == 0 ? "[last]" : "[" + random.nextInt(4) + "]");
      } else {
        String name = NAMES.get(random.nextInt(random.nextBoolean() ? 3 : NAMES.size()));
        path.append(".\"").append(name).append('"');
      }
    }
    return path.append('\'').toString();
  }

  private String value() {
    return VALUES.get(random.nextInt(VALUES.size()));
  }

  /** The row as a snapshot reads it. */
  private Row print(int id) throws SQLException {
    try (Statement statement = bench.client().createStatement();
        ResultSet row = statement.executeQuery("SELECT * FROM doc WHERE id = " + id)) {
      row.next();
      Object g = row.getObject(7) == null ? null : row.getLong(7);
      return Row.of(
          row.getLong(1),
          row.getString(2),
          row.getLong(3),
          row.getString(4),
          row.getString(5),
          row.getString(6),
          g);
    }
  }

  /** The rows after updates of the table, from a position on. */
  private List<Row> after(MySqlPosition begin, int count) throws Exception {
    List<Row> rows = new ArrayList<>();
    try (MySqlSourceReader reader = bench.open(begin)) {
      long deadline = System.nanoTime() + POLL.toNanos();
      while (rows.size() < count) {
        assertThat(System.nanoTime()).as("read %d rows", rows.size()).isLessThan(deadline);
        for (TransactionPart<TableChange> part : reader.poll(Duration.ofSeconds(1)).parts()) {
          part.changes().forEach(change -> rows.add(((RowUpdate) change).after()));
        }
      }
    }
    return rows;
  }

  @Test
  void severalRowsOfAStatementAndACompressedTransaction() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run(
        "SET SESSION binlog_row_value_options = PARTIAL_JSON, binlog_transaction_compression = ON",
        "UPDATE doc SET x = JSON_SET(x, '$.b', id), z = JSON_REMOVE(z, '$.a[1]')",
        "SET SESSION binlog_row_value_options = '', binlog_transaction_compression = OFF");

    List<Row> printed = new ArrayList<>();
    for (int id = 1; id <= ROWS; id++) {
      printed.add(print(id));
    }
    assertThat(after(begin, ROWS)).isEqualTo(printed);
    assertThat((String) printed.get(1).value(1)).contains("\"b\": 2");
  }

  @Test
  void documentsAreMadeWholeThoughOtherColumnsAreLeftOut() throws Exception {
    MySqlPosition begin = update("NOBLOB");

    Row after = after(begin, 1).get(0);
    assertThat(after.value(1)).isEqualTo(print(1).value(1));
    assertThat(after.has(4)).isFalse();
  }

  @Test
  void partsOfADocumentThatIsNotLoggedStop() throws Exception {
    MySqlPosition begin = update("MINIMAL");

    assertThatThrownBy(() -> bench.readFrom(begin))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining(bench.app() + ".doc")
        .hasMessageContaining("binlog_row_image=FULL");
  }

  private MySqlPosition update(String image) throws SQLException {
    MySqlPosition begin = bench.here();
    bench.run(
        "SET SESSION binlog_row_value_options = PARTIAL_JSON, binlog_row_image = " + image,
        "UPDATE doc SET x = JSON_SET(x, '$.b', 2) WHERE id = 1",
        "SET SESSION binlog_row_value_options = '', binlog_row_image = FULL");
    return begin;
  }
}
