package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlRelease;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random transactions of sessions that log whole rows, rows without long values, or only what has
 * changed, on {@link RandomTables} and on a table with long values and defaults.
 */
final class PartialRows {

  static final String PAPERS =
      "CREATE TABLE papers (id INT PRIMARY KEY, title VARCHAR(40) DEFAULT 'untitled', body"
          + " LONGTEXT, n INT NOT NULL DEFAULT 7, data MEDIUMBLOB, u INT, g VARCHAR(60) AS"
          + " (CONCAT(title, n)) STORED, seen TIMESTAMP(3) NULL DEFAULT CURRENT_TIMESTAMP(3) ON"
          + " UPDATE CURRENT_TIMESTAMP(3), UNIQUE KEY (u))";

  private static final int KEYS = 4_000;

  private final RandomTables tables;
  private final String papers;
  private final boolean mariaDb;
  private volatile boolean copied;

  PartialRows(MySqlRelease release, RandomTables tables, String database) {
    this.tables = tables;
    this.papers = database + ".papers";
    this.mariaDb = release.family() == MySqlRelease.Family.MARIADB;
  }

  /** From now on rows may move to other keys also where the log has only what has changed. */
  void copied() {
    copied = true;
  }

  /** A transaction of a session that is set by chance. */
  List<String> transaction(Random random) {
    boolean onPapers = random.nextBoolean();
    List<String> statements = new ArrayList<>();
    if (onPapers) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        statements.add(onPapers(random));
      }
    } else {
      statements.addAll(tables.transaction(random));
    }
    statements.add(0, "SET binlog_row_image = " + image(random, onPapers, statements));
    return statements;
  }

  private String image(Random random, boolean onPapers, List<String> statements) {
    boolean needsMore =
        statements.stream()
            .anyMatch(
                sql ->
                    (sql.contains("SET id") && (mariaDb || !copied))
                        || (mariaDb && mayPassForReplace(sql)));
    if (needsMore) {
      return "FULL";
    }
    String image = List.of("MINIMAL", "FULL", "NOBLOB").get(random.nextInt(3));
    return mariaDb && onPapers && image.equals("NOBLOB") ? "MINIMAL" : image;
  }

  /** Whether the log of MariaDB does not tell that a row was not replaced. */
  private boolean mayPassForReplace(String sql) {
    return sql.contains("REPLACE")
        || sql.contains("DUPLICATE")
        || sql.contains(" SET u")
        || tables.tables().stream()
            .filter(table -> table.extra() == RandomTables.Extra.UNIQUE_GENERATED)
            .anyMatch(table -> sql.startsWith("UPDATE " + table.name()));
  }

  private String onPapers(Random random) {
    int id = 1 + random.nextInt(KEYS);
    String where = " WHERE id = " + id;
    return switch (random.nextInt(12)) {
      case 0 -> "INSERT INTO %s (id, body) VALUES (%d, %s)".formatted(papers, id, text(random));
      case 1 -> "INSERT INTO %s (id, n) VALUES (%d, 1), (%d, 2)".formatted(papers, id, id + KEYS);
      case 2 -> "DELETE FROM " + papers + where;
      case 3 -> "UPDATE " + papers + " SET body = " + text(random) + where;
      case 4 -> "UPDATE " + papers + " SET data = NULL, n = n + 1" + where;
      case 5 -> "UPDATE " + papers + " SET data = UNHEX(LEFT(SHA2(RAND(), 256), 40))" + where;
      case 6 -> "UPDATE " + papers + " SET title = NULL" + where;
      case 7 -> "UPDATE " + papers + " SET id = " + (1 + random.nextInt(KEYS)) + where;
      case 8 -> "UPDATE " + papers + " SET u = " + random.nextInt(KEYS) + where;
      case 9 -> "REPLACE INTO %s (id, title) VALUES (%d, 'replaced')".formatted(papers, id);
      case 10 ->
          "INSERT INTO %s (id, n) VALUES (%d, 3) ON DUPLICATE KEY UPDATE n = n + 1"
              .formatted(papers, id);
      default ->
          "UPDATE %s SET n = n + 1 WHERE id BETWEEN %d AND %d".formatted(papers, id, id + 10);
    };
  }

  private static String text(Random random) {
    return random.nextInt(5) == 0
        ? "NULL"
        : "REPEAT('%08x ', %d)".formatted(random.nextInt(), 1 + random.nextInt(200));
  }

  /** Rows to be copied. */
  String fill() {
    StringBuilder sql = new StringBuilder("INSERT INTO " + papers + " (id, body, data) VALUES ");
    for (int id = 1; id <= KEYS; id += 2) {
      sql.append(id == 1 ? "" : ", ")
          .append("(%d, REPEAT('long ', %d), REPEAT('x', 30))".formatted(id, id % 50));
    }
    return sql.toString();
  }
}
