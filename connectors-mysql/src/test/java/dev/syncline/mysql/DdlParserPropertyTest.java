package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever a text is, reading it ends, and ends in a statement or in a reason why not. */
class DdlParserPropertyTest {
  private static final List<DdlCorpus.Entry> CORPUS = DdlCorpus.entries();
  private static final List<DdlParser> PARSERS =
      DdlCorpus.SERVERS.values().stream().map(DdlParser::new).toList();
  private static final String CHARACTERS = "`'\"();,.@=*/!-+#\\ \n\0a1e0xZé名\uD83D/*!50000*/--";

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void soupOfTokensIsReadOrRefused(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder sql = new StringBuilder();
    for (String piece : pieces(random)) {
      sql.append(piece).append(random.nextInt(8) == 0 ? "" : " ");
    }

    check(random, sql.toString());
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void brokenStatementsAreReadOrRefused(@ForAll long seed) {
    Random random = new Random(seed);
    StringBuilder sql = new StringBuilder(entry(random).sql());
    for (int i = random.nextInt(4); i >= 0; i--) {
      int at = random.nextInt(sql.length() + 1);
      int end = Math.min(sql.length(), at + random.nextInt(6));
      switch (random.nextInt(4)) {
        case 0 -> sql.delete(at, end);
        case 1 -> sql.insert(at, CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        case 2 -> sql.insert(at, sql.substring(at, end));
        default -> sql.insert(at, " " + word(random) + " ");
      }
    }

    check(random, sql.toString());
  }

  private static void check(Random random, String sql) {
    SqlMode mode = new SqlMode(random.nextInt(8) == 0, random.nextInt(8) != 0);
    DdlParser parser = PARSERS.get(random.nextInt(PARSERS.size()));

    DdlParser.Parsed parsed = parser.parse(sql, mode);

    assertThat(parsed.names().rewritten(NamePlace::name)).isEqualTo(sql);
    int end = 0;
    for (NamePlace place : parsed.names().all()) {
      assertThat(place.start()).as("%s in %s", place, sql).isGreaterThanOrEqualTo(end);
      assertThat(place.end()).isGreaterThan(place.start());
      end = place.end();
    }
    assertThat(StatementReader.read(sql, mode)).isNotNull();
  }

  private static DdlCorpus.Entry entry(Random random) {
    return CORPUS.get(random.nextInt(CORPUS.size()));
  }

  private static String word(Random random) {
    String[] words = entry(random).sql().split("[ ,]+", -1);
    return words[random.nextInt(words.length)];
  }

  private static List<String> pieces(Random random) {
    List<String> pieces = new ArrayList<>();
    if (random.nextBoolean()) {
      pieces.add(
          List.of("CREATE TABLE t (", "ALTER TABLE t", "DROP", "CREATE").get(random.nextInt(4)));
    }
    for (int i = random.nextInt(25); i >= 0; i--) {
      pieces.add(
          random.nextInt(4) == 0
              ? String.valueOf(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())))
              : word(random));
    }
    return pieces;
  }
}
