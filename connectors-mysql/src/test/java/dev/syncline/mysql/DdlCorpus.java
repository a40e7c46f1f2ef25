package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The statements of {@code ddl-corpus.txt}. */
final class DdlCorpus {
  static final Map<String, SqlVersion> SERVERS =
      Map.of(
          "80", new SqlVersion(false, 80_031),
          "57", new SqlVersion(false, 50_722),
          "ma", new SqlVersion(true, 101_105));

  private DdlCorpus() {}

  /**
   * A statement.
   *
   * @param marks the servers that take it, those that do not with a ! before, and modes
   * @param words what it means, or {@code no}
   */
  record Entry(Set<String> marks, String sql, String words) {

    SqlMode mode() {
      return new SqlMode(marks.contains("ansi"), !marks.contains("nobs"));
    }

    boolean isTakenBy(String server) {
      return marks.contains(server);
    }

    boolean isRefusedBy(String server) {
      return marks.contains("!" + server);
    }
  }

  static List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (String line : text().split("\n", -1)) {
      if (!line.isEmpty() && !line.startsWith("#")) {
        String[] parts = line.split("\t", -1);
        entries.add(new Entry(Set.of(parts[0].split(" ", -1)), plain(parts[1]), plain(parts[2])));
      }
    }
    return entries;
  }

  private static String text() {
    try (InputStream file =
        Objects.requireNonNull(DdlCorpus.class.getResourceAsStream("/ddl-corpus.txt"))) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String plain(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        char escaped = text.charAt(++i);
        plain.append(escaped == 'n' ? '\n' : escaped == 't' ? '\t' : escaped);
      } else {
        plain.append(c);
      }
    }
    return plain.toString();
  }
}
