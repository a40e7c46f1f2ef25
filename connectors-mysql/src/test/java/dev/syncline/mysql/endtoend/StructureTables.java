package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.Feature;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import java.util.ArrayList;
import java.util.List;

/** Tables, each of which has something that a copy of the structure may lose. */
final class StructureTables {

  private static final List<String> COMMON =
      List.of(
          "CREATE TABLE keys_plain (id INT PRIMARY KEY, a INT, b VARCHAR(50), t TEXT, KEY k (a, b),"
              + " KEY part (t(10), b(3)), UNIQUE KEY u (b(20)), KEY tree (a) USING BTREE COMMENT"
              + " 'it''s a \"key\"')",
          "CREATE TABLE comments (id INT PRIMARY KEY COMMENT 'a''b\\\\c\\n) COMMENT \u00e4\u4e2d',"
              + " b INT COMMENT ') ENGINE=x') COMMENT 'line 1\\nline \"2\" `3` \u20ac'",
          "CREATE TABLE `od``d (n'ame` (`a``b` INT PRIMARY KEY, `c d` INT, `e,)` INT, KEY `k (`"
              + " (`c d`))",
          "CREATE TABLE sets_latin (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9) CHARACTER SET"
              + " utf8mb4, c VARCHAR(9) COLLATE latin1_bin, d CHAR(9) CHARACTER SET ascii, e TEXT"
              + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, f ENUM('a', 'b') CHARACTER SET"
              + " utf8mb4, g VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci) DEFAULT"
              + " CHARSET latin1",
          "CREATE TABLE sets_inherited (id INT PRIMARY KEY, a VARCHAR(9), b ENUM('x')) CHARSET"
              + " utf8mb4",
          "CREATE TABLE sets_collated (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9) CHARACTER SET"
              + " utf8mb4, c VARCHAR(9) COLLATE utf8mb4_general_ci) COLLATE utf8mb4_unicode_ci",
          "CREATE TABLE sets_old (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9) COLLATE utf8_bin)"
              + " CHARSET utf8",
          "CREATE TABLE defaults (id INT PRIMARY KEY, a INT DEFAULT -5, b VARCHAR(20) NOT NULL"
              + " DEFAULT 'it''s, (', c BIT(3) DEFAULT b'101', d DECIMAL(5, 2) DEFAULT 1.50, e ENUM"
              + " ('x,y', 'it''s') DEFAULT 'x,y', f SET ('a', 'b') DEFAULT 'a,b', g DOUBLE DEFAULT"
              + " 1e10, h CHAR(3) DEFAULT NULL, i BINARY(2) DEFAULT 'ab')",
          "CREATE TABLE counted (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, a INT)",
          "CREATE TABLE counted_from (id INT AUTO_INCREMENT PRIMARY KEY) AUTO_INCREMENT = 500",
          "CREATE TABLE counted_second (a INT, id INT AUTO_INCREMENT, PRIMARY KEY (a, id)) ENGINE ="
              + " MyISAM",
          "CREATE TABLE parts_range (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0"
              + " VALUES LESS THAN (10) COMMENT 'first', PARTITION p1 VALUES LESS THAN MAXVALUE)",
          "CREATE TABLE parts_columns (a DATE, b VARCHAR(9), PRIMARY KEY (a, b)) PARTITION BY RANGE"
              + " COLUMNS (a, b) (PARTITION p0 VALUES LESS THAN ('2020-01-01', 'm'), PARTITION p1"
              + " VALUES LESS THAN (MAXVALUE, MAXVALUE))",
          "CREATE TABLE parts_list (id INT PRIMARY KEY) PARTITION BY LIST (id) (PARTITION `p 0`"
              + " VALUES IN (1, 2), PARTITION p1 VALUES IN (3, NULL))",
          "CREATE TABLE parts_words (w VARCHAR(9) PRIMARY KEY) PARTITION BY LIST COLUMNS (w)"
              + " (PARTITION p0 VALUES IN ('a', 'it''s'))",
          "CREATE TABLE parts_hash (id INT PRIMARY KEY) PARTITION BY HASH (id DIV 2) PARTITIONS 3",
          "CREATE TABLE parts_linear (id INT PRIMARY KEY) PARTITION BY LINEAR HASH (id) PARTITIONS"
              + " 2",
          "CREATE TABLE parts_key (id INT PRIMARY KEY) PARTITION BY KEY () PARTITIONS 2",
          "CREATE TABLE parts_twice (id INT, d DATE, PRIMARY KEY (id, d)) PARTITION BY RANGE"
              + " (YEAR(d)) SUBPARTITION BY HASH (id) SUBPARTITIONS 2 (PARTITION p0 VALUES LESS"
              + " THAN (2000), PARTITION p1 VALUES LESS THAN (2040))",
          "CREATE TABLE kept_elsewhere (id INT PRIMARY KEY, a CHAR(9)) ENGINE = MyISAM CHECKSUM ="
              + " 1 PACK_KEYS = 1 DELAY_KEY_WRITE = 1",
          "CREATE TABLE parent (id INT PRIMARY KEY, a INT NOT NULL, b INT NOT NULL, UNIQUE KEY (b,"
              + " a))",
          "CREATE TABLE child (id INT PRIMARY KEY, p INT, x INT, y INT, CONSTRAINT to_parent"
              + " FOREIGN KEY (p) REFERENCES parent (id), FOREIGN KEY (y, x) REFERENCES parent (b,"
              + " a))",
          "CREATE TABLE tree (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES tree (id))");

  /** What MySQL has from 5.7 on, and MariaDB from 10.2 on. */
  private static final List<String> LATER =
      List.of(
          "CREATE TABLE keys_text (id INT PRIMARY KEY, t TEXT, c VARCHAR(99), FULLTEXT KEY (t, c),"
              + " FULLTEXT KEY named (c))",
          "CREATE TABLE keys_space (id INT PRIMARY KEY, g GEOMETRY NOT NULL, p POINT, SPATIAL KEY"
              + " (g))",
          "CREATE TABLE moments (id INT PRIMARY KEY, a TIMESTAMP(3) NOT NULL DEFAULT"
              + " CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3), b DATETIME DEFAULT"
              + " CURRENT_TIMESTAMP, c TIMESTAMP NULL, d DATETIME(6) NULL ON UPDATE"
              + " CURRENT_TIMESTAMP(6), e DATE DEFAULT '2020-02-29', f TIMESTAMP NOT NULL DEFAULT"
              + " '2020-01-01 00:00:01')",
          "CREATE TABLE computed (id INT PRIMARY KEY, a INT, v INT AS (a + 1) VIRTUAL COMMENT 'v',"
              + " s VARCHAR(30) AS (CONCAT('x,', a, ')')) STORED, KEY (v), UNIQUE KEY (s))",
          "CREATE TABLE kept (id INT PRIMARY KEY, a VARCHAR(99)) ROW_FORMAT = COMPRESSED"
              + " KEY_BLOCK_SIZE = 8 STATS_PERSISTENT = 1 STATS_AUTO_RECALC = 0 MAX_ROWS = 1000");

  private static final List<String> MYSQL_8 =
      List.of(
          "CREATE TABLE keys_new (id INT PRIMARY KEY, a INT, t VARCHAR(50), KEY down (a DESC, t),"
              + " KEY hidden (t) INVISIBLE, KEY computed ((LOWER(t)), (a * 2) DESC), UNIQUE KEY"
              + " one ((a + 1)))",
          "CREATE TABLE checked (id INT PRIMARY KEY, a INT CHECK (a > 0), b INT, CONSTRAINT both_of"
              + " CHECK (a < b), CONSTRAINT unenforced CHECK (b < 9) NOT ENFORCED)",
          "CREATE TABLE defaults_new (id INT PRIMARY KEY, a VARCHAR(36) DEFAULT (UUID()), j JSON"
              + " DEFAULT (JSON_ARRAY(1, 'it''s')), t TEXT DEFAULT (_utf8mb4'x'), d DATE DEFAULT"
              + " (CURRENT_DATE + INTERVAL 1 DAY))",
          "CREATE TABLE columns_new (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 3, p POINT SRID"
              + " 4326 NOT NULL, SPATIAL KEY (p))",
          "CREATE TABLE sets_new (id INT PRIMARY KEY, a VARCHAR(9), b VARCHAR(9) COLLATE"
              + " utf8mb4_ja_0900_as_cs) COLLATE utf8mb4_0900_as_cs",
          "CREATE TABLE kept_new (id INT PRIMARY KEY) AUTOEXTEND_SIZE = 4M COMPRESSION = 'zlib'");

  private static final List<String> MARIADB =
      List.of(
          "CREATE TABLE keys_new (id INT PRIMARY KEY, a INT, t VARCHAR(50), KEY down (a DESC, t),"
              + " KEY hidden (t) IGNORED, UNIQUE KEY long_one (t) USING HASH)",
          "CREATE TABLE checked (id INT PRIMARY KEY, a INT CHECK (a > 0), b INT, CONSTRAINT both_of"
              + " CHECK (a < b), j JSON)",
          "CREATE TABLE defaults_new (id INT PRIMARY KEY, a VARCHAR(36) DEFAULT UUID(), t TEXT"
              + " DEFAULT CONCAT('a', 'it''s'), d DATE DEFAULT (CURRENT_DATE + INTERVAL 1 DAY))",
          "CREATE TABLE columns_new (id INT PRIMARY KEY, a INT INVISIBLE DEFAULT 3)",
          "CREATE TABLE periods (id INT, s DATE, e DATE, v INT, PERIOD FOR p (s, e), PRIMARY KEY"
              + " (id, p WITHOUT OVERLAPS))",
          "CREATE TABLE kept_new (id INT PRIMARY KEY) ENGINE = Aria TRANSACTIONAL = 1 PAGE_CHECKSUM"
              + " = 1",
          "CREATE TABLE kept_packed (id INT PRIMARY KEY, a TEXT) PAGE_COMPRESSED = 1");

  private StructureTables() {}

  /** The statements that make them at a server of a release. */
  static List<String> of(MySqlRelease release) {
    List<String> tables = new ArrayList<>(COMMON);
    if (Feature.GENERATED_COLUMNS.isIn(release)) {
      tables.addAll(LATER);
    }
    if (release.isFrom(Family.MARIADB, 10, 8)) {
      tables.addAll(MARIADB);
    } else if (release.isFrom(Family.MYSQL, 8, 0) && release != MySqlRelease.MYSQL_8_0_12) {
      tables.addAll(MYSQL_8);
    }
    return tables;
  }
}
