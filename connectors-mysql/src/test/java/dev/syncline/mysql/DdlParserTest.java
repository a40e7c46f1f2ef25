package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.DdlStatement.NotUnderstood;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DdlParserTest {

  @ParameterizedTest
  @ValueSource(strings = {"80", "57", "ma"})
  void readsWhatTheCorpusSays(String server) {
    DdlParser parser = new DdlParser(DdlCorpus.SERVERS.get(server));
    List<String> differences = new ArrayList<>();
    int read = 0;
    for (DdlCorpus.Entry entry : DdlCorpus.entries()) {
      if (entry.isTakenBy(server) || entry.isRefusedBy(server)) {
        DdlParser.Parsed parsed = parser.parse(entry.sql(), entry.mode());
        String expected = entry.isTakenBy(server) ? entry.words() : "no";
        String words = DdlWords.of(parsed.statement());
        if (!words.equals(expected)) {
          String reason =
              parsed.statement() instanceof DdlStatement.NotUnderstood not ? not.reason() : words;
          differences.add(entry.sql() + "\n  is    " + reason + "\n  not   " + expected);
        }
        read++;
      }
    }

    assertThat(differences).isEmpty();
    assertThat(read).isGreaterThan(800);
  }

  private static String reason(DdlParser parser, String sql) {
    DdlStatement statement = parser.parse(sql, SqlMode.DEFAULT).statement();
    return statement instanceof NotUnderstood not ? not.reason() : "";
  }

  private static DdlParser mySql() {
    return new DdlParser(DdlCorpus.SERVERS.get("80"));
  }

  @Test
  void saysWhatItDoesNotUnderstandAndWhere() {
    DdlParser mySql = mySql();
    DdlParser mariaDb = new DdlParser(DdlCorpus.SERVERS.get("ma"));

    assertThat(reason(mySql, "ALTER TABLE t FROBNICATE x"))
        .isEqualTo("a clause was expected at character 15, where there is 'FROBNICATE x'");
    assertThat(reason(mySql, "CREATE TABLE t (a INT")).contains("')' was expected at character 22");
    assertThat(reason(mySql, "CREATE TABLE `t (a INT)")).isEqualTo("a quote does not end");
    assertThat(reason(mySql, "CREATE TABLE t (a INT CHECK ())")).contains("grammar of MySQL");
    assertThat(reason(mariaDb, "CREATE TABLE t (a INT) WITH SYSTEM VERSIONING"))
        .isEqualTo("tables with system versioning are not supported");
    assertThat(reason(mariaDb, "ALTER TABLE t ADD SYSTEM VERSIONING"))
        .isEqualTo("tables with system versioning are not supported");
    assertThat(reason(mariaDb, "CREATE TABLE t (a INT, s TIMESTAMP(6) AS ROW START)"))
        .isEqualTo("tables with system versioning are not supported");
  }

  @Test
  void readsTheLargestTables() {
    String columns =
        IntStream.range(0, 4_000)
            .mapToObj(
                i -> "`c" + i + "` varchar(20) NOT NULL DEFAULT 'x' COMMENT 'column " + i + "'")
            .collect(Collectors.joining(", "));
    String partitions =
        IntStream.range(1, 8_000)
            .mapToObj(i -> "PARTITION p" + i + " VALUES LESS THAN (" + i + ")")
            .collect(Collectors.joining(", "));
    String sql = "CREATE TABLE t (%s) PARTITION BY RANGE (a) (%s)".formatted(columns, partitions);

    DdlParser.Parsed parsed = mySql().parse(sql, SqlMode.DEFAULT);

    assertThat(parsed.statement()).isInstanceOf(DdlStatement.CreateTable.class);
    assertThat(((DdlStatement.CreateTable) parsed.statement()).elements()).hasSize(4_000);
  }

  @Test
  void refusesWhatIsTooLongOrTooDeep() throws InterruptedException {
    String comment = "ALTER TABLE t COMMENT '" + "x".repeat(DdlParser.MAX_LENGTH) + "'";
    assertThat(reason(mySql(), comment)).contains("characters").contains("are not read");

    for (String open : List.of("(", "abs(", "NOT ", "- ", "CASE WHEN ", "1 + (", "a IN (SELECT ")) {
      for (int depth : List.of(DdlParser.MAX_DEPTH - 3, 1_000, 100_000)) {
        String close = open.contains("(") ? ")" : open.startsWith("CASE") ? " THEN 1 END" : "";
        String sql =
            "CREATE TABLE t (a INT, CHECK ("
                + open.repeat(depth)
                + "1"
                + close.repeat(depth)
                + "))";
        List<DdlStatement> result = new ArrayList<>();
        Thread small =
            new Thread(
                null,
                () -> result.add(mySql().parse(sql, SqlMode.DEFAULT).statement()),
                "small-stack",
                512 * 1024);
        small.start();
        small.join();

        assertThat(result).as("%s %d times", open, depth).hasSize(1);
        if (depth >= 1_000) {
          assertThat(result.get(0)).isInstanceOf(NotUnderstood.class);
        } else if (!open.contains("SELECT")) {
          assertThat(result.get(0)).isInstanceOf(DdlStatement.CreateTable.class);
        }
      }
    }
  }
}
