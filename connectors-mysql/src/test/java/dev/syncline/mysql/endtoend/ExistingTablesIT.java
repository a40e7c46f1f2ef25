package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What happens to a table that is at the target before the job first starts. */
class ExistingTablesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static ServerPair pair;

  private String database = "";
  private String table = "";

  @BeforeAll
  static void start() {
    pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @BeforeEach
  void createTables() throws SQLException {
    database = pair.source().createDatabase("existing");
    table = database + ".t";
    String create = "CREATE TABLE " + table + " (id INT PRIMARY KEY, word VARCHAR(20))";
    pair.source().execute(create, "INSERT INTO " + table + " VALUES (1, 'one'), (2, 'two')");
    pair.target()
        .execute(
            "CREATE DATABASE " + database,
            create,
            "INSERT INTO " + table + " VALUES (1, 'kept'), (9, 'nine')");
  }

  private SyncJob<TableChange> job(ExistingTables existing) {
    return builder(database, existing).build();
  }

  private SyncJobBuilder<TableChange> builder(String name, ExistingTables existing) {
    return builder(name, existing, TableSelection.builder().database(database).build());
  }

  private SyncJobBuilder<TableChange> builder(
      String name, ExistingTables existing, TableSelection selection) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().ledgerDatabase(database + "_records").build())
        .named(name)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .existingTables(existing)
        .checkpoints(new MemoryCheckpointStore());
  }

  private List<String> target() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = pair.target().connect();
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery("SELECT * FROM " + table + " ORDER BY id")) {
      while (found.next()) {
        rows.add(found.getInt(1) + " " + found.getString(2));
      }
    }
    return rows;
  }

  private void assertRefused(ExistingTables existing, String code, String fix) throws SQLException {
    try (SyncJob<TableChange> job = job(existing)) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops()).extracting(Finding::code).containsExactly(code);
      assertThat(failure.report().stops().get(0).fix()).isEqualTo(fix);
      assertThat(failure).hasMessageContaining(table).hasMessageContaining(fix);
    }
    assertThat(target()).containsExactly("1 kept", "9 nine");
  }

  @Test
  void refuseDoesNotStart() throws SQLException {
    assertRefused(
        ExistingTables.REFUSE,
        "TABLE_EXISTS",
        "Drop it, or choose another value for existingTables.");
  }

  @Test
  void useIfEmptyDoesNotStartOnRows() throws SQLException {
    assertRefused(
        ExistingTables.USE_IF_EMPTY,
        "TABLE_HAS_ROWS",
        "Delete them, or set existingTables to KEEP_ROWS or CLEAR.");
  }

  @Test
  void useIfEmptyFillsAnEmptyTable() throws Exception {
    pair.target().execute("DELETE FROM " + table);

    try (SyncJob<TableChange> job = job(ExistingTables.USE_IF_EMPTY)) {
      job.start();

      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      assertThat(target()).containsExactly("1 one", "2 two");
    }
  }

  @Test
  void keepRowsLeavesThemUntilTheSourceChangesThem() throws Exception {
    try (SyncJob<TableChange> job = job(ExistingTables.KEEP_ROWS)) {
      job.start();

      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      assertThat(target()).containsExactly("1 kept", "2 two", "9 nine");
      pair.source().execute("UPDATE " + table + " SET word = 'changed' WHERE id = 1");
      Await.until(
          "the change arrives",
          PATIENCE,
          () -> target().equals(List.of("1 changed", "2 two", "9 nine")));
    }
  }

  @Test
  void whatAnotherJobHasCopiedIsARiskThatCanBeAcknowledged() throws Exception {
    try (SyncJob<TableChange> first = job(ExistingTables.CLEAR)) {
      first.start();
      assertThat(first.awaitSynchronizing(PATIENCE)).isTrue();
    }
    try (SyncJob<TableChange> again = job(ExistingTables.CLEAR)) {
      assertThat(again.precheck().findings()).as("its own records").isEmpty();
    }
    pair.target().execute("UPDATE " + table + " SET word = 'of the first' WHERE id = 1");

    try (SyncJob<TableChange> second = builder("second", ExistingTables.CLEAR).build()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, second::start);

      assertThat(failure.report().findings())
          .extracting(Finding::code, Finding::severity, Finding::object)
          .containsExactly(tuple("TABLE_OF_ANOTHER_JOB", Severity.RISK, table));
      assertThat(failure)
          .hasMessageContaining("[" + database + "]")
          .hasMessageContaining("Stop the other job for good");
    }
    assertThat(target()).containsExactly("1 of the first", "2 two");
    try (SyncJob<TableChange> second =
        builder("second", ExistingTables.CLEAR).acknowledge("TABLE_OF_ANOTHER_JOB").build()) {
      second.start();

      assertThat(second.awaitSynchronizing(PATIENCE)).isTrue();
      assertThat(target()).containsExactly("1 one", "2 two");
    }
  }

  /** What counts is the name at the target. */
  @Test
  void anotherJobIsOneOfTheSameTableAtTheTarget() throws Exception {
    String other = table + "_other";
    String name = other.substring(other.indexOf('.') + 1);
    TableSelection mapped =
        TableSelection.builder()
            .database(
                database, db -> db.table(table.substring(table.indexOf('.') + 1), t -> t.as(name)))
            .build();
    try (SyncJob<TableChange> first = builder("mapped", ExistingTables.CLEAR, mapped).build()) {
      first.start();
      assertThat(first.awaitSynchronizing(PATIENCE)).isTrue();
    }
    try (SyncJob<TableChange> second = job(ExistingTables.CLEAR)) {
      assertThat(second.precheck().findings()).extracting(Finding::code).isEmpty();
    }
    try (SyncJob<TableChange> third = builder("third", ExistingTables.CLEAR, mapped).build()) {
      assertThat(third.precheck().findings())
          .extracting(Finding::code, Finding::object)
          .contains(tuple("TABLE_OF_ANOTHER_JOB", other));
    }
  }

  @Test
  void clearDeletesThemFirst() throws Exception {
    try (SyncJob<TableChange> job = job(ExistingTables.CLEAR)) {
      job.start();

      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      assertThat(target()).containsExactly("1 one", "2 two");
    }
  }
}
