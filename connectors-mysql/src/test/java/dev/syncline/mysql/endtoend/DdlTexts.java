package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.StatementTexts.Text;
import dev.syncline.mysql.endtoend.DdlRun.Outcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Runs statements each of which is written for itself, on tables that it may take. Which these are
 * is found out in a database that no job looks at.
 */
final class DdlTexts implements AutoCloseable {

  private static final String PROBE = "probe";
  private static final int MOST_KEPT = 30;
  private static final Pattern MAKES =
      Pattern.compile("(?is).*\\bCREATE\\b.*\\bTABLE\\b.*|.*\\bCREATE\\b.*`.*\\(.*");
  private static final Pattern DATABASE = Pattern.compile("(?<![\\w`\"])([`\"]?)db\\1\\s*\\.");

  private static final List<String> OTHERS =
      List.of(
          "CREATE TABLE p (id INT PRIMARY KEY, x INT, y INT, UNIQUE (x, y), KEY (y))",
          "CREATE TABLE u (a INT, b INT)");

  /** The same names with other columns and keys, for statements that add and that drop. */
  private static final List<String> PLAIN =
      List.of(
          "CREATE TABLE t (a INT, b INT, c INT, v VARCHAR(50), g GEOMETRY NOT NULL, j JSON)",
          "CREATE TABLE t (a INT, `a b` INT, id INT NOT NULL AUTO_INCREMENT PRIMARY KEY)",
          "CREATE TABLE t (a INT, b INT, d INT, x INT, y INT, `index` INT, INDEX k (a),"
              + " CONSTRAINT c1 CHECK (x > -5), CONSTRAINT fk FOREIGN KEY (d) REFERENCES p (id),"
              + " PRIMARY KEY (b))",
          "CREATE TABLE t (b INT, c INT, j INT, x INT, i INT, KEY k (x), KEY i (i))",
          "CREATE TABLE t (a INT, b INT, e INT, x INT, y INT, KEY k (x), INDEX i (a),"
              + " PRIMARY KEY (e))");

  private static final List<String> PARTITIONED =
      List.of(
          "CREATE TABLE t (a INT, b INT, d DATE, v VARCHAR(9))",
          "CREATE TABLE t (a INT, b INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN"
              + " (10), PARTITION p1 VALUES LESS THAN (15))",
          "CREATE TABLE t (a INT, b INT, x INT) PARTITION BY HASH (a) PARTITIONS 4");

  private final DdlRun run;
  private final Connection probe;
  private int kept = MOST_KEPT;

  DdlTexts(DdlRun run, Connection probe) throws SQLException {
    this.run = run;
    this.probe = probe;
    probe("CREATE DATABASE " + PROBE);
    probe("USE " + PROBE);
    OTHERS.forEach(this::probe);
  }

  /** Runs a statement when there is what it needs. */
  Outcome run(Text text) throws Exception {
    if (kept >= MOST_KEPT) {
      begin();
    }
    if (MAKES.matcher(text.sql()).matches()) {
      return make(text);
    }
    if (takes("CREATE TABLE t LIKE " + DdlRun.DATABASE + ".t", text)) {
      Outcome outcome = once(text);
      if (outcome != Outcome.REFUSED) {
        return outcome;
      }
    }
    Optional<String> table = table(text);
    if (table.isEmpty()) {
      return Outcome.REFUSED;
    }
    keep("t");
    if (run.run("table of the corpus", table.get()) == Outcome.REFUSED) {
      begin();
      run.run("table of the corpus", table.get());
    }
    Outcome outcome = once(text);
    if (outcome == Outcome.REFUSED) {
      begin();
      run.run("table of the corpus", table.get());
      outcome = once(text);
    }
    return outcome;
  }

  private Outcome make(Text text) throws Exception {
    // It may be there, and must not be then.
    Outcome outcome = attempt(text);
    if (outcome == Outcome.REFUSED && takes("DO 1", text)) {
      begin();
      outcome = once(text);
    }
    return outcome;
  }

  private Outcome attempt(Text text) throws Exception {
    if (!text.sql().contains("OR REPLACE") && !text.sql().contains("TEMPORARY")) {
      keep("t");
    }
    return once(text);
  }

  private Optional<String> table(Text text) {
    List<String> tables = text.sql().contains("PARTITION") ? PARTITIONED : PLAIN;
    return tables.stream().filter(table -> takes(table, text)).findFirst();
  }

  /** Whether the server takes a statement on a table. */
  private boolean takes(String table, Text text) {
    probe("USE " + PROBE);
    probe("DROP TABLE IF EXISTS t");
    probe(table);
    probe("SET SESSION sql_mode = '" + mode(text) + "'");
    boolean taken = probe(DATABASE.matcher(text.sql()).replaceAll(PROBE + "."));
    probe("SET SESSION sql_mode = ''");
    return taken;
  }

  private boolean probe(String sql) {
    try (Statement statement = probe.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private void begin() throws Exception {
    kept = 0;
    run.begin();
    for (String table : OTHERS) {
      run.run("table of the corpus", table);
    }
  }

  private Outcome once(Text text) throws Exception {
    run.execute("SET SESSION sql_mode = '" + mode(text) + "'");
    Outcome outcome = run.run("corpus", text.sql());
    run.execute("SET SESSION sql_mode = ''");
    if (text.sql().contains("TEMPORARY")) {
      run.execute("DROP TEMPORARY TABLE IF EXISTS t, u");
    }
    return outcome;
  }

  /** A change of type must not make values of rows that no table takes. */
  private static String mode(Text text) {
    return text.sqlMode().isEmpty() ? "STRICT_ALL_TABLES" : text.sqlMode() + ",STRICT_ALL_TABLES";
  }

  /** Puts a table away to be compared later. */
  private void keep(String table) throws Exception {
    kept++;
    run.run(DdlRun.HELP, "RENAME TABLE " + DdlRows.quoted(table) + " TO kept_" + kept);
  }

  @Override
  public void close() throws SQLException {
    probe.close();
  }
}
