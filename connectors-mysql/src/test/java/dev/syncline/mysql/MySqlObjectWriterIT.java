package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.LeftOut;
import dev.syncline.ObjectWriter;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlObjectWriterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @ParameterizedTest
  @EachRelease
  void aForeignKeyThatAnotherWriterMakesMeanwhileIsNotRefused(MySqlRelease release)
      throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT late FOREIGN KEY (p) REFERENCES"
            + " parent (id))");
    TableDefinition child = source.definition("child");
    source.execute("ALTER TABLE child DROP FOREIGN KEY late");
    MySqlSink sink = new SinkFixture(source.server()).sink();

    try (ObjectWriter one = sink.openObjectWriter();
        ObjectWriter other = sink.openObjectWriter();
        Connection reader = source.connect()) {
      CompletableFuture<List<LeftOut>> first;
      CompletableFuture<List<LeftOut>> second;
      reader.setAutoCommit(false);
      try (Statement statement = reader.createStatement()) {
        // Both find no key, and wait for the reader.
        statement.execute("SELECT * FROM child");
        first = CompletableFuture.supplyAsync(() -> one.addForeignKeys(child));
        second = CompletableFuture.supplyAsync(() -> other.addForeignKeys(child));
        Await.until("both make the key", PATIENCE, () -> altering(source) == 2);
      } finally {
        reader.rollback();
      }

      assertThat(first.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
      assertThat(second.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEmpty();
    }
    assertThat(source.definition("child")).isEqualTo(child);
  }

  private static int altering(SourceFixture source) throws Exception {
    return source
        .ask(
            "SELECT ID FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE `%s`%%'"
                .formatted(source.database()))
        .size();
  }
}
