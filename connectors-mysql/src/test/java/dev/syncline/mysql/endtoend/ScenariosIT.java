package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobStatus;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/**
 * Runs each {@link Scenario}: those that a job survives with one job, the others with their own.
 */
@ParameterizedClass
@EachRelease
class ScenariosIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static ServerPair pair;

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) {
    pair = ServerPair.of(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.close();
  }

  @TestFactory
  Stream<DynamicTest> arriveAsExpected() throws Exception {
    List<Scenario> scenarios =
        Scenario.of(release).stream().filter(s -> s.ending().isEmpty()).toList();
    assertThat(scenarios).isNotEmpty();
    TableSelection.Builder selection = TableSelection.builder();
    for (Scenario scenario : scenarios) {
      create(scenario);
      selection.database(scenario.name());
    }
    try (SyncJob<TableChange> job = job("all", selection.build())) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
      for (Scenario scenario : scenarios) {
        run(scenario, scenario.changes());
      }
      for (Scenario scenario : scenarios) {
        Checksums.awaitEqual(pair, scenario.name(), PATIENCE);
        assertThat(job.status().failure()).isEmpty();
      }
    }
    return scenarios.stream().map(s -> DynamicTest.dynamicTest(s.name(), () -> compare(s)));
  }

  private void compare(Scenario scenario) throws SQLException {
    try (Connection source = pair.source().connect(scenario.name());
        Connection target = pair.target().connect(scenario.name())) {
      assertThat(scenario.answers(source)).as("the source").isEqualTo(scenario.expected());
      assertThat(scenario.answers(target)).as("the target").isEqualTo(scenario.expected());
    }
    assertThat(Checksums.of(pair.target(), scenario.name()))
        .isEqualTo(Checksums.of(pair.source(), scenario.name()));
  }

  @TestFactory
  Stream<DynamicTest> endAsExpected() {
    List<Scenario> scenarios =
        Scenario.of(release).stream().filter(s -> !s.ending().isEmpty()).toList();
    assertThat(scenarios).isNotEmpty();
    return scenarios.stream().map(s -> DynamicTest.dynamicTest(s.name(), () -> end(s)));
  }

  private static void end(Scenario scenario) throws Exception {
    create(scenario);
    TableSelection selection = TableSelection.builder().database(scenario.name()).build();
    String kind = scenario.ending().substring(0, scenario.ending().indexOf(' '));
    String what = scenario.ending().substring(kind.length() + 1);
    try (SyncJob<TableChange> job = job(scenario.name(), selection)) {
      if (kind.equals("REFUSED")) {
        PrecheckFailedException refused =
            catchThrowableOfType(PrecheckFailedException.class, job::start);
        assertThat(refused.report().findings()).extracting(Finding::code).contains(what);
        return;
      }
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
      run(scenario, scenario.changes());
      Await.until("the job ends", PATIENCE, () -> job.status().failure().isPresent());
      JobStatus status = job.status();
      assertThat(status.failure().orElseThrow()).hasMessageContaining(what);
    }
    try (Connection target = pair.target().connect(scenario.name())) {
      assertThat(scenario.answers(target)).isEqualTo(scenario.expected());
    }
  }

  private static void create(Scenario scenario) throws SQLException {
    pair.source().execute("CREATE DATABASE `" + scenario.name() + "`");
    run(scenario, scenario.schema());
  }

  private static void run(Scenario scenario, List<String> statements) throws SQLException {
    MySqlServer source = pair.source();
    try (Connection connection = source.connect(scenario.name());
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          throw new SQLException("Scenario '" + scenario.name() + "' cannot run: " + sql, e);
        }
      }
    }
  }

  private static SyncJob<TableChange> job(String name, TableSelection selection) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named("scenario-" + name)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }
}
