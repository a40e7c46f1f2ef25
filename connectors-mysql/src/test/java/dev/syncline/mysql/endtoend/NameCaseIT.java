package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.NameCase;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Each policy for upper and lower case, where one server tells upper from lower case in names of
 * databases and tables and the other one keeps them in lower case.
 */
class NameCaseIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What is there when the jobs start. */
  private static final List<String> BEFORE =
      List.of(
          "CREATE TABLE Parent (Id INT PRIMARY KEY, Full_Name VARCHAR(20),"
              + " KEY By_Name (Full_Name))",
          "CREATE TABLE Child (Id INT PRIMARY KEY, Of_Parent INT, CONSTRAINT Child_Of"
              + " FOREIGN KEY (Of_Parent) REFERENCES Parent (Id))",
          "CREATE VIEW Both_Of_Them AS SELECT p.Id, c.Id AS Child FROM Parent p"
              + " JOIN Child c ON c.Of_Parent = p.Id",
          "INSERT INTO Parent VALUES (1, 'ANN'), (2, 'BOB')",
          "INSERT INTO Child VALUES (10, 1), (20, 2)");

  /** Literals are in upper case, so that a statement as a whole may be written in it. */
  private static final List<String> MEANWHILE =
      List.of(
          "ALTER TABLE Parent ADD COLUMN Note VARCHAR(9), ADD KEY By_Note (Note)",
          "INSERT INTO Parent VALUES (3, 'CID', 'NEW')",
          "CREATE TABLE Grand (Id INT PRIMARY KEY, C INT, CONSTRAINT Grand_Of FOREIGN KEY (C)"
              + " REFERENCES Child (Id), CHECK (Id > 0))",
          "INSERT INTO Grand VALUES (100, 10)",
          "CREATE TABLE Twin LIKE Parent",
          "INSERT INTO Twin SELECT * FROM Parent",
          "RENAME TABLE Twin TO Other_Twin, Grand TO Grandchild",
          "UPDATE Other_Twin SET Full_Name = 'DAN' WHERE Id = 1",
          "ALTER TABLE Other_Twin CHANGE Note Remark VARCHAR(12), RENAME TO Last_Twin",
          "UPDATE Last_Twin SET Remark = 'SEEN'",
          "CREATE TABLE Gone (Id INT PRIMARY KEY)",
          "CREATE INDEX By_C ON Grandchild (C, Id)",
          "DROP INDEX By_Name ON Parent",
          "DROP TABLE Gone",
          "DELETE FROM Grandchild",
          "INSERT INTO Grandchild VALUES (101, 20)");

  private static final List<String> VIEWS =
      List.of(
          "CREATE VIEW Of_Parents AS SELECT Id, Full_Name FROM Parent",
          "CREATE OR REPLACE VIEW Of_Parents AS SELECT Parent.Id FROM Parent",
          "CREATE VIEW Of_View AS SELECT Id FROM Of_Parents",
          "CREATE VIEW Of_More AS SELECT P.Id AS Number, (SELECT COUNT(*) FROM Child Others"
              + " WHERE Others.Of_Parent = P.Id) AS Children FROM Parent AS P, (SELECT G.Id AS"
              + " Last_Id FROM Grandchild AS G) AS D WHERE EXTRACT(YEAR FROM D.Last_Id) IS NULL",
          "RENAME TABLE Of_View TO Of_View_2",
          "RENAME TABLE Of_Parents TO All_Parents, Last_Twin TO End_Twin",
          "ALTER VIEW All_Parents AS SELECT Parent.Id FROM Parent",
          "DROP VIEW Of_View_2");

  private final Queue<String> leftOut = new ConcurrentLinkedQueue<>();

  @ParameterizedTest
  @EachRelease
  void targetKeepsNamesInLowerCase(MySqlRelease release) throws Exception {
    try (MySqlServer target = folding(release, "target");
        MySqlServer source = MySqlServer.builder(release).name("source").start()) {
      Map<NameCase, Expected> expected = new EnumMap<>(NameCase.class);
      expected.put(NameCase.AS_SOURCE, new Expected(Spelling.LOWER, Spelling.SAME, true));
      expected.put(NameCase.LOWER, new Expected(Spelling.LOWER, Spelling.LOWER, false));
      expected.put(NameCase.UPPER, new Expected(Spelling.LOWER, Spelling.UPPER, false));
      expected.put(NameCase.TARGET_DEFAULT, new Expected(Spelling.LOWER, Spelling.SAME, true));
      ServerPair pair = new ServerPair(source, target);
      followsAll(pair, expected);
      for (NameCase policy : NameCase.values()) {
        refusesTablesThatWouldBeOne(pair, policy);
      }
      takesANameInAnotherCase(pair);
    }
  }

  @ParameterizedTest
  @EachRelease
  void sourceKeepsNamesInLowerCase(MySqlRelease release) throws Exception {
    try (MySqlServer source = folding(release, "source");
        MySqlServer target =
            MySqlServer.builder(release).name("target").withoutBinaryLog().start()) {
      Map<NameCase, Expected> expected = new EnumMap<>(NameCase.class);
      expected.put(NameCase.AS_SOURCE, new Expected(Spelling.LOWER, Spelling.SAME, true));
      expected.put(NameCase.LOWER, new Expected(Spelling.LOWER, Spelling.LOWER, false));
      expected.put(NameCase.UPPER, new Expected(Spelling.UPPER, Spelling.UPPER, false));
      expected.put(NameCase.TARGET_DEFAULT, new Expected(Spelling.LOWER, Spelling.SAME, true));
      followsAll(new ServerPair(source, target), expected);
    }
  }

  /** Each of these lets a table have a name that another one has but for upper and lower case. */
  private static String twin(NameCase policy) {
    return switch (policy) {
      case AS_SOURCE -> "CREATE TABLE users (Id INT PRIMARY KEY)";
      case LOWER -> "RENAME TABLE Other TO users";
      case UPPER -> "CREATE TABLE IF NOT EXISTS users LIKE Users";
      case TARGET_DEFAULT -> "ALTER TABLE Other ADD n INT, RENAME users";
    };
  }

  private void refusesTablesThatWouldBeOne(ServerPair pair, NameCase policy) throws Exception {
    String database = "Twins_" + policy;
    pair.source().execute("CREATE DATABASE " + database);
    execute(
        pair.source(),
        database,
        List.of(
            "CREATE TABLE Users (Id INT PRIMARY KEY)",
            "CREATE TABLE users (Id INT PRIMARY KEY)",
            "CREATE TABLE Other (Id INT PRIMARY KEY)"));
    TableSelection all = TableSelection.builder().nameCase(policy).database(database).build();
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (SyncJob<TableChange> job = job(pair, policy + "_twins", all, store).build()) {
      assertThat(job.precheck().findings())
          .extracting(finding -> finding.code() + ": " + finding.message() + " " + finding.fix())
          .singleElement()
          .asString()
          .startsWith("NAME_CONFLICT")
          .contains(database + ".Users", database + ".users", "would be one at the target")
          .contains("Give them names of their own");
      pair.source().execute("DROP TABLE " + database + ".users");
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();

      execute(
          pair.source(),
          database,
          List.of(
              twin(policy),
              "INSERT INTO users (Id) VALUES (1), (2)",
              "INSERT INTO Users VALUES (2)"));

      Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("table '" + database + ".users' would be")
          .hasMessageContaining(database + ".Users' is already")
          .hasMessageContaining("except(..)");
    }
    TableSelection one =
        TableSelection.builder()
            .nameCase(policy)
            .database(database, db -> db.tables("*").except("users"))
            .build();
    boolean renames = twin(policy).contains("RENAME");
    try (SyncJob<TableChange> job =
        job(pair, policy + "_twins", one, store)
            .schemaChanges(renames ? SchemaChanges.IGNORE : SchemaChanges.APPLY)
            .build()) {
      job.start();
      String users = "SELECT * FROM " + database + ".Users ORDER BY 1";
      Await.until(
          "The table has its own row",
          PATIENCE,
          () -> job.status().failure().isPresent() || !ask(pair.target(), users).isEmpty());
      assertThat(job.status().failure()).isEmpty();
      assertThat(ask(pair.target(), users)).isEqualTo(List.of("2"));
    }
  }

  /** It has it already. */
  private void takesANameInAnotherCase(ServerPair pair) throws Exception {
    pair.source().execute("CREATE DATABASE Same", "CREATE TABLE Same.Users (Id INT PRIMARY KEY)");
    TableSelection all = TableSelection.builder().database("Same").build();
    try (SyncJob<TableChange> job = job(pair, "same", all, new MemoryCheckpointStore()).build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
      pair.source()
          .execute("RENAME TABLE Same.Users TO Same.USERS", "INSERT INTO Same.USERS VALUES (1)");

      String users = "SELECT * FROM same.users";
      Await.until(
          "The row is there",
          PATIENCE,
          () -> job.status().failure().isPresent() || !ask(pair.target(), users).isEmpty());
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static MySqlServer folding(MySqlRelease release, String name) {
    return MySqlServer.builder(release).name(name).option("lower_case_table_names", "1").start();
  }

  /** How names are written at the target. */
  private enum Spelling {
    SAME,
    LOWER,
    UPPER;

    String of(String name) {
      return switch (this) {
        case SAME -> name;
        case LOWER -> name.toLowerCase(Locale.ROOT);
        case UPPER -> name.toUpperCase(Locale.ROOT);
      };
    }
  }

  /** How a policy lets names be at the target, and whether views can be had. */
  private record Expected(Spelling tables, Spelling columns, boolean views) {}

  /** One job for each policy, all at once. */
  private void followsAll(ServerPair pair, Map<NameCase, Expected> expected) throws Exception {
    Map<NameCase, SyncJob<TableChange>> jobs = new EnumMap<>(NameCase.class);
    List<String> lost = new ArrayList<>();
    try {
      for (NameCase policy : expected.keySet()) {
        String database = database(policy);
        pair.source().execute("CREATE DATABASE " + database);
        execute(pair.source(), database, BEFORE);
      }
      for (NameCase policy : expected.keySet()) {
        SyncJob<TableChange> job = job(pair, policy).build();
        jobs.put(policy, job);
        assertThat(job.precheck().findings())
            .extracting(Finding::code)
            .as("%s", policy)
            .isEqualTo(expected.get(policy).views() ? List.of() : List.of("OBJECT_LEFT_OUT"));
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).as("%s: %s", policy, job.status()).isTrue();
      }
      for (NameCase policy : expected.keySet()) {
        List<String> statements = new ArrayList<>(MEANWHILE);
        statements.addAll(expected.get(policy).views() ? VIEWS : List.of());
        statements.add("CREATE TABLE The_End (Id INT PRIMARY KEY)");
        execute(pair.source(), database(policy), spelled(pair.source(), statements));
      }
      for (NameCase policy : expected.keySet()) {
        isFollowed(pair, policy, jobs.get(policy), expected.get(policy));
      }
      expected.forEach(
          (policy, kept) -> {
            if (!kept.views()) {
              lost.add(policy + " VIEW");
            }
          });
      assertThat(leftOut).containsExactlyInAnyOrderElementsOf(lost);
    } finally {
      jobs.values().forEach(SyncJob::close);
    }
  }

  private static String database(NameCase policy) {
    return "Names_" + policy;
  }

  /** A source that does not tell upper from lower case takes a statement in either. */
  private static List<String> spelled(MySqlServer source, List<String> statements)
      throws SQLException {
    List<String> spelled = new ArrayList<>();
    for (int i = 0; i < statements.size(); i++) {
      spelled.add(i % 2 == 1 ? spelled(source, statements.get(i)) : statements.get(i));
    }
    return spelled;
  }

  private static String spelled(MySqlServer source, String text) throws SQLException {
    boolean folds = ask(source, "SELECT @@lower_case_table_names").equals(List.of("1"));
    return folds ? text.toUpperCase(Locale.ROOT) : text;
  }

  private void isFollowed(
      ServerPair pair, NameCase policy, SyncJob<TableChange> job, Expected expected)
      throws Exception {
    String there = kept(pair.source(), database(policy));
    String here = expected.tables().of(there);
    String ended = "SHOW TABLES FROM `" + here + "` LIKE '" + expected.tables().of("The_End") + "'";
    Await.until(
        policy + " has come to the end",
        PATIENCE,
        () -> job.status().failure().isPresent() || !ask(pair.target(), ended).isEmpty());
    assertThat(job.status().failure()).as("%s", policy).isEmpty();

    assertThat(names(pair.target(), here, expected.views()))
        .as("%s", policy)
        .isEqualTo(
            names(pair.source(), there, expected.views()).stream()
                .map(expected.tables()::of)
                .sorted()
                .toList());
    assertThat(columns(pair.target(), here))
        .as("%s", policy)
        .isEqualTo(
            columns(pair.source(), there).stream().map(expected.columns()::of).sorted().toList());
    assertThat(folded(printed(pair.target(), here)))
        .as("%s", policy)
        .isEqualTo(folded(printed(pair.source(), there)));
    assertThat(sums(pair.target(), here)).as("%s", policy).isEqualTo(sums(pair.source(), there));
    if (expected.views()) {
      assertThat(ask(pair.target(), "SELECT * FROM `%s`.both_of_them ORDER BY 1".formatted(here)))
          .isEqualTo(List.of("1|10", "2|20"));
      assertThat(ask(pair.target(), "SELECT * FROM `%s`.all_parents ORDER BY 1".formatted(here)))
          .isEqualTo(List.of("1", "2", "3"));
    }
  }

  private static String kept(MySqlServer server, String database) throws SQLException {
    boolean folds = !ask(server, "SELECT @@lower_case_table_names").equals(List.of("0"));
    return folds ? database.toLowerCase(Locale.ROOT) : database;
  }

  private static List<String> names(MySqlServer server, String database, boolean views)
      throws SQLException {
    return ask(
        server,
        "SELECT CAST(TABLE_NAME AS BINARY) FROM information_schema.TABLES WHERE TABLE_SCHEMA = '"
            + database
            + (views ? "'" : "' AND TABLE_TYPE <> 'VIEW'")
            + " ORDER BY 1");
  }

  private static List<String> columns(MySqlServer server, String database) throws SQLException {
    return ask(
        server,
        "SELECT CAST(c.COLUMN_NAME AS BINARY) FROM information_schema.COLUMNS c JOIN"
            + " information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME) WHERE TABLE_SCHEMA ='"
            + database
            + "' AND TABLE_TYPE <> 'VIEW' ORDER BY 1");
  }

  /** What the server prints of each table, without views. */
  private static List<String> printed(MySqlServer server, String database) throws SQLException {
    List<String> printed = new ArrayList<>();
    Map<String, String> all = Shown.tables(server, database);
    for (String name : names(server, database, false)) {
      printed.add(all.get(name));
    }
    return printed;
  }

  private static List<String> folded(List<String> texts) {
    return texts.stream().map(text -> text.toLowerCase(Locale.ROOT)).sorted().toList();
  }

  private static List<String> sums(MySqlServer server, String database) throws SQLException {
    List<String> sums = new ArrayList<>();
    List<String> tables = folded(names(server, database, false));
    Checksums.of(server, database)
        .forEach(
            (table, sum) -> {
              String name = table.toLowerCase(Locale.ROOT);
              if (tables.contains(name)) {
                sums.add(name + ": " + sum);
              }
            });
    return sums.stream().sorted().toList();
  }

  private SyncJobBuilder<TableChange> job(ServerPair pair, NameCase policy) throws SQLException {
    TableSelection selection =
        TableSelection.builder()
            .nameCase(policy)
            .database(kept(pair.source(), database(policy)))
            .build();
    return job(pair, policy.name(), selection, new MemoryCheckpointStore());
  }

  private SyncJobBuilder<TableChange> job(
      ServerPair pair, String name, TableSelection selection, MemoryCheckpointStore store) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(name)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .acknowledge("OBJECT_LEFT_OUT")
        .listener(
            event -> {
              if (event instanceof JobEvent.ObjectLeftOut left) {
                leftOut.add(name + " " + left.what().kind());
              }
            })
        .checkpoints(store);
  }

  private static void execute(MySqlServer server, String database, List<String> statements)
      throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> ask(MySqlServer server, String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return Shown.rows(statement, sql);
    }
  }
}
