package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The statements of the test resources that define tables. */
public final class StatementTexts {

  private StatementTexts() {}

  /**
   * A statement.
   *
   * @param sqlMode what its session has as {@code sql_mode}
   */
  public record Text(String sql, String sqlMode) {}

  /** What a server takes of {@code ddl-corpus.txt}, each for itself. */
  public static List<Text> corpus(MySqlRelease release) {
    String server =
        release.family() == MySqlRelease.Family.MARIADB
            ? "ma"
            : release.isFrom(MySqlRelease.Family.MYSQL, 8, 0) ? "80" : "57";
    List<Text> texts = new ArrayList<>();
    for (DdlCorpus.Entry entry : DdlCorpus.entries()) {
      if (entry.isTakenBy(server)) {
        String ansi = entry.mode().ansiQuotes() ? "ANSI_QUOTES" : "";
        String escapes = entry.mode().backslashEscapes() ? "" : "NO_BACKSLASH_ESCAPES";
        String both = ansi.isEmpty() || escapes.isEmpty() ? "" : ",";
        texts.add(new Text(entry.sql(), ansi + both + escapes));
      }
    }
    return texts;
  }

  /** The lines of a script without those that are remarks. Behind empty ones all begins anew. */
  public static List<String> script(String resource) {
    try (InputStream in =
        Objects.requireNonNull(StatementTexts.class.getResourceAsStream(resource), resource)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
