package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the corpus says of servers is what they say themselves. */
class DdlCorpusIT {

  /** No statement; no columns; no such type. */
  private static final Set<Integer> NOT_UNDERSTOOD = Set.of(1064, 1149, 1113, 4161);

  private static final String DATABASE = "ddl_corpus";

  @ParameterizedTest
  @CsvSource({"MYSQL_8_0, 80", "MYSQL_5_7, 57", "MARIADB_10_11, ma"})
  void serverTakesWhatTheCorpusSays(MySqlRelease release, String server) throws Exception {
    List<String> differences = new ArrayList<>();
    try (Connection connection = MySqlServer.shared(release).connect();
        Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute("CREATE DATABASE IF NOT EXISTS " + DATABASE);
      statement.execute("USE " + DATABASE);
      for (DdlCorpus.Entry entry : DdlCorpus.entries()) {
        if (entry.isTakenBy(server) || entry.isRefusedBy(server)) {
          String problem = problem(statement, entry);
          if (problem.isEmpty() != entry.isTakenBy(server)) {
            differences.add(entry.sql() + "\n  " + problem);
          }
        }
      }
      statement.execute("DROP DATABASE " + DATABASE);
    }

    assertThat(differences).isEmpty();
  }

  /** Preparing a statement reads it whole, and changes nothing. */
  private static String problem(Statement statement, DdlCorpus.Entry entry) throws SQLException {
    String modes =
        (entry.mode().ansiQuotes() ? "ANSI_QUOTES," : "")
            + (entry.mode().backslashEscapes() ? "" : "NO_BACKSLASH_ESCAPES");
    statement.execute("SET SESSION sql_mode = '', NAMES utf8mb4");
    statement.execute("SET @text = " + SqlLiteral.of(entry.sql()));
    statement.execute("SET SESSION sql_mode = '" + modes + "'");
    try {
      statement.execute("PREPARE corpus FROM @text");
      return "";
    } catch (SQLException e) {
      return NOT_UNDERSTOOD.contains(e.getErrorCode()) ? e.getMessage() : "";
    }
  }

  /** A text as bytes, which no mode reads otherwise. */
  private static final class SqlLiteral {
    static String of(String text) {
      StringBuilder hex = new StringBuilder("CONVERT(x'");
      for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
        hex.append("%02x".formatted(b));
      }
      return hex.append("' USING utf8mb4)").toString();
    }
  }
}
