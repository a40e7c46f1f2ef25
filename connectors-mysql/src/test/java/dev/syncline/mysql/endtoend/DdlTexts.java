package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.StatementTexts.Text;
import dev.syncline.mysql.endtoend.DdlRun.Outcome;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs statements each of which is written for itself, on tables that it may take. */
final class DdlTexts {

  private static final int TABLE_EXISTS = 1050;
  private static final int MOST_KEPT = 30;
  private static final Pattern QUOTED = Pattern.compile("'(?:[^.']*\\.)?([^']+)'");

  /** The same names with other columns and keys, for statements that add and that drop. */
  private static final List<String> PLAIN =
      List.of(
          "CREATE TABLE t (a INT, b INT, c INT, v VARCHAR(50), g GEOMETRY NOT NULL, j JSON)",
          "CREATE TABLE t (a INT, `a b` INT, id INT NOT NULL AUTO_INCREMENT PRIMARY KEY)",
          "CREATE TABLE t (a INT, b INT, d INT, x INT, y INT, `index` INT, INDEX k (a),"
              + " CONSTRAINT c1 CHECK (x > -5), CONSTRAINT fk FOREIGN KEY (d) REFERENCES p (id),"
              + " PRIMARY KEY (b))",
          "CREATE TABLE t (b INT, c INT, j INT, x INT, i INT, KEY k (x), KEY i (i))");

  private static final List<String> PARTITIONED =
      List.of(
          "CREATE TABLE t (a INT, b INT, d DATE, v VARCHAR(9))",
          "CREATE TABLE t (a INT, b INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN"
              + " (10), PARTITION p1 VALUES LESS THAN (15))",
          "CREATE TABLE t (a INT, b INT, x INT) PARTITION BY HASH (a) PARTITIONS 4");

  private final DdlRun run;
  private int kept;

  DdlTexts(DdlRun run) {
    this.run = run;
  }

  /** Runs a statement when there is what it needs. */
  Outcome run(Text text) throws Exception {
    if (kept >= MOST_KEPT) {
      begin();
    }
    Outcome outcome = attempt(text);
    if (outcome != Outcome.REFUSED || text.sql().contains("TEMPORARY")) {
      return outcome;
    }
    boolean makes = Pattern.compile("(?is).*\\bCREATE\\b.*\\bTABLE\\b.*").matcher(text.sql()).matches();
    List<String> tables =
        makes ? List.of() : text.sql().contains("PARTITION") ? PARTITIONED : PLAIN;
    for (String table : tables) {
      keep("t");
      run.run("table", table);
      outcome = attempt(text);
      if (outcome != Outcome.REFUSED) {
        return outcome;
      }
    }
    begin();
    for (String table : tables) {
      run.run("", "DROP TABLE IF EXISTS t");
      run.run("table", table);
      outcome = attempt(text);
      if (outcome != Outcome.REFUSED) {
        return outcome;
      }
    }
    return makes ? attempt(text) : outcome;
  }

  private void begin() throws Exception {
    kept = 0;
    run.begin();
    run.run("table", "CREATE TABLE p (id INT PRIMARY KEY, x INT, y INT, UNIQUE (x, y), KEY (y))");
    run.run("table", "CREATE TABLE u (a INT, b INT)");
  }

  private Outcome attempt(Text text) throws Exception {
    Outcome outcome = once(text);
    for (int i = 0; i < 3 && outcome == Outcome.REFUSED; i++) {
      Matcher name = QUOTED.matcher(run.lastError.getMessage());
      if (run.lastError.getErrorCode() != TABLE_EXISTS || !name.find()) {
        return outcome;
      }
      keep(name.group(1));
      outcome = once(text);
    }
    return outcome;
  }

  private Outcome once(Text text) throws Exception {
    run.set("SET SESSION sql_mode = '" + text.sqlMode() + "'");
    Outcome outcome = run.run("corpus", text.sql());
    run.set("SET SESSION sql_mode = ''");
    if (text.sql().contains("TEMPORARY")) {
      run.set("DROP TEMPORARY TABLE IF EXISTS t, u");
    }
    return outcome;
  }

  /** Puts a table away to be compared later. */
  private void keep(String table) throws Exception {
    run.run("", "RENAME TABLE " + DdlRows.quoted(table) + " TO kept_" + ++kept);
  }
}
