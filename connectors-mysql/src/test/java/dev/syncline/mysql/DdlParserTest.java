package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.DdlCorpus.Entry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DdlParserTest {

  @ParameterizedTest
  @ValueSource(strings = {"80", "57", "ma"})
  void readsWhatTheCorpusSays(String server) {
    DdlParser parser = new DdlParser(DdlCorpus.SERVERS.get(server));
    List<String> differences = new ArrayList<>();
    int read = 0;
    for (Entry entry : DdlCorpus.entries()) {
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
}
