package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.testkit.server.TcpLink;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Cuts all connections of a writer of schema changes at each of its statements, once before the
 * server gets it and once before the client gets the answer.
 */
class SchemaCutsIT {

  /** What the sessions say to the server, but for their settings. */
  private static final List<String> SAID =
      List.of(
          "GET_LOCK",
          "schema_change",
          "epoch",
          "SHOW CREATE",
          "`position`",
          "commit",
          "c_",
          "DROP DATABASE");

  private static final int FEWEST_STATEMENTS = 12;

  /** Cuts everything at one of the statements that pass. */
  private static final class Cut implements TcpProxy.Tap {
    private final TcpProxy proxy;
    private final int number;
    private final boolean beforeAnswer;
    private final Set<TcpLink> answering = ConcurrentHashMap.newKeySet();
    private int said;
    private boolean done;

    Cut(TcpProxy proxy, int number, boolean beforeAnswer) {
      this.proxy = proxy;
      this.number = number;
      this.beforeAnswer = beforeAnswer;
    }

    @Override
    public synchronized byte[] pass(TcpLink link, Direction direction, byte[] piece) {
      if (direction == Direction.TO_CLIENT) {
        return answering.contains(link) ? cut() : piece;
      }
      String text = new String(piece, StandardCharsets.ISO_8859_1);
      if (done || SAID.stream().noneMatch(text::contains) || ++said < number) {
        return piece;
      }
      if (!beforeAnswer) {
        return cut();
      }
      answering.add(link);
      return piece;
    }

    private byte[] cut() {
      done = true;
      answering.clear();
      proxy.cut();
      return new byte[0];
    }

    synchronized boolean isDone() {
      return done;
    }
  }

  @ParameterizedTest
  @EachRelease
  void endsOnceWhereverItIsCut(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    try (SchemaTrial trial = new SchemaTrial(fixture);
        TcpProxy proxy = TcpProxy.before(fixture.server())) {
      MySqlSink through =
          MySqlSink.builder()
              .host(proxy.host())
              .port(proxy.port())
              .username(fixture.server().username())
              .password(fixture.server().password())
              .tls(MySqlTls.disabled())
              .ledgerDatabase(fixture.ledger())
              .build();
      for (boolean beforeAnswer : new boolean[] {false, true}) {
        int number = 1;
        while (isCut(trial, fixture, through, new Cut(proxy, number, beforeAnswer))) {
          number++;
        }
        assertThat(number).isGreaterThan(FEWEST_STATEMENTS);
        number = 1;
        while (isDropCut(trial, fixture, through, new Cut(proxy, number, beforeAnswer))) {
          number++;
        }
        assertThat(number).isGreaterThan(FEWEST_STATEMENTS);
      }
    }
  }

  /** Whether the end of a database was cut off. */
  private static boolean isDropCut(
      SchemaTrial trial, SinkFixture fixture, MySqlSink through, Cut cut) throws Exception {
    String database = fixture.database() + "_x";
    fixture.execute(
        "CREATE DATABASE " + database,
        "CREATE TABLE " + database + ".a LIKE t",
        "CREATE TABLE " + database + ".b LIKE t");
    TableDefinition table = fixture.definition("t");
    SchemaChange change =
        trial.change(
            "DROP DATABASE " + database,
            new Dropped(SinkFixture.renamed(table, new TableId(database, "a"))),
            new Dropped(SinkFixture.renamed(table, new TableId(database, "b"))));
    fixture.execute("UPDATE " + fixture.ledger() + ".lane SET position = 'before'");

    applyCut(trial, fixture, through, cut, change);

    assertThat(fixture.ask("SHOW DATABASES LIKE '" + database + "'")).isEmpty();
    return cut.isDone();
  }

  private static void applyCut(
      SchemaTrial trial, SinkFixture fixture, MySqlSink through, Cut cut, SchemaChange change)
      throws Exception {
    cut.proxy.tap(cut);
    try {
      SchemaTrial.apply(through, fixture.run(), change);
    } catch (SyncException e) {
      assertThat(cut.isDone()).as("%s", e.getMessage()).isTrue();
    }
    cut.proxy.restore();
    while (!trial.isBehind()) {
      trial.takeOverAndApply(change);
    }
    assertThat(fixture.ask("SELECT * FROM " + fixture.ledger() + ".schema_change")).isEmpty();
  }

  /** Whether the change was cut off. */
  private static boolean isCut(SchemaTrial trial, SinkFixture fixture, MySqlSink through, Cut cut)
      throws Exception {
    String column = "c_%d_%b".formatted(cut.number, cut.beforeAnswer);
    fixture.execute(
        "DROP TABLE IF EXISTS wide",
        "CREATE TABLE wide LIKE t",
        "ALTER TABLE wide ADD COLUMN " + column + " INT");
    SchemaChange change =
        trial.change("ALTER TABLE t ADD COLUMN " + column + " INT", trial.altered("t", "wide"));
    fixture.execute("UPDATE " + fixture.ledger() + ".lane SET position = 'before'");

    applyCut(trial, fixture, through, cut, change);

    assertThat(fixture.ask("SELECT id, " + column + " FROM t")).containsExactly("1|null");
    return cut.isDone();
  }
}
