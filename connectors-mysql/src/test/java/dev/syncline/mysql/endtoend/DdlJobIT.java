package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.StatementTexts;
import dev.syncline.mysql.endtoend.DdlRun.Outcome;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** Statements of many kinds that define tables, at a source that a job follows. */
class DdlJobIT {

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHas(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release);
        DdlRun run = new DdlRun(pair, 1)) {
      long began = System.nanoTime();
      run.begin();
      for (String line : StatementTexts.script("/definitions.sql")) {
        String sql = line.replace("@DB", DdlRun.DATABASE);
        if (sql.isEmpty()) {
          run.begin();
        } else if (sql.startsWith("SET ")) {
          run.set(sql);
        } else if (run.foreseen().isAboutTables(sql, "")) {
          run.run("script", sql);
        }
      }
      run.compare();

      System.out.printf(
          "%s in %d ms: %s%n", release, (System.nanoTime() - began) / 1_000_000, run);
      run.problems().forEach(System.out::println);
      run.stops().forEach((reason, all) -> System.out.println("STOP " + reason + ": " + all));
      assertThat(run.problems()).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRelease
  void corpus(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release);
        DdlRun run = new DdlRun(pair, 1)) {
      long began = System.nanoTime();
      run.begin();
      DdlTexts texts = new DdlTexts(run);
      int refused = 0;
      int n = 0;
      for (StatementTexts.Text text : StatementTexts.corpus(release)) {
        if (n++ % Integer.getInteger("every", 1) == 0
            && run.foreseen().isAboutTables(text.sql(), text.sqlMode())) {
          Outcome outcome = texts.run(text);
          if (outcome == Outcome.REFUSED) {
            refused++;
            System.out.println("REFUSED " + run.lastError.getErrorCode() + " " + run.lastError.getMessage() + ": " + text.sql());
          }
        }
      }
      run.compare();

      System.out.printf(
          "%s in %d ms: %s, %d refused%n",
          release, (System.nanoTime() - began) / 1_000_000, run, refused);
      run.problems().forEach(System.out::println);
      run.stops().forEach((reason, all) -> System.out.println("STOP " + reason + ": " + all));
      assertThat(run.problems()).isEmpty();
    }
  }
}
