package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.NameCase;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;

/** Databases, tables and columns that have other names at the target. */
class MySqlMappingIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final List<SyncJob<TableChange>> jobs = new ArrayList<>();

  @AfterEach
  void closeJobs() {
    jobs.forEach(SyncJob::close);
  }

  private static SyncJobBuilder<TableChange> job(
      String name, ServerPair pair, TableSelection selection) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(name)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore());
  }

  private void startAndSynchronize(SyncJobBuilder<TableChange> builder) throws Exception {
    SyncJob<TableChange> job = builder.build();
    jobs.add(job);
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
  }

  private void awaitRows(MySqlServer server, String query, List<String> expected) throws Exception {
    Await.until(
        "rows of: " + query,
        PATIENCE,
        () ->
            jobs.stream().anyMatch(job -> job.status().failure().isPresent())
                || rows(server, query).equals(expected));
    assertThat(jobs).allSatisfy(job -> assertThat(job.status().failure()).isEmpty());
    assertThat(rows(server, query)).isEqualTo(expected);
  }

  private static List<String> rows(MySqlServer server, String query) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join(" ", row));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return rows;
  }

  private static List<String> columns(MySqlServer server, String database, String table) {
    return rows(
        server,
        ("SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY, COLUMN_COMMENT,"
                + " COALESCE(COLUMN_DEFAULT, 'none') FROM information_schema.COLUMNS"
                + " WHERE TABLE_SCHEMA = '%s' AND TABLE_NAME = '%s' ORDER BY ORDINAL_POSITION")
            .formatted(database, table));
  }

  private static List<String> keys(MySqlServer server, String database, String table) {
    return rows(
        server,
        ("SELECT INDEX_NAME, NON_UNIQUE, GROUP_CONCAT(COLUMN_NAME ORDER BY SEQ_IN_INDEX)"
                + " FROM information_schema.STATISTICS"
                + " WHERE TABLE_SCHEMA = '%s' AND TABLE_NAME = '%s'"
                + " GROUP BY INDEX_NAME, NON_UNIQUE ORDER BY INDEX_NAME")
            .formatted(database, table));
  }

  private static List<String> parents(MySqlServer server, String database) {
    return rows(
        server,
        ("SELECT REFERENCED_TABLE_SCHEMA, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME"
                + " FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = '%s'"
                + " AND REFERENCED_TABLE_NAME IS NOT NULL")
            .formatted(database));
  }

  @ParameterizedTest
  @EachRelease
  void tablesAreMadeCopiedAndFollowedUnderOtherNames(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = server.createDatabase("mapped");
    String to = from + "_copy";
    server.execute(
        "CREATE TABLE %s.users (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) NOT NULL)"
            .formatted(from),
        ("CREATE TABLE %1$s.orders (id INT PRIMARY KEY, user_id INT NOT NULL,"
                + " amount DECIMAL(10,2) NOT NULL DEFAULT 1.50 COMMENT 'of money',"
                + " doubled DECIMAL(12,2)%2$s, secret VARCHAR(20),"
                + " KEY by_secret (secret), KEY by_both (amount, secret),"
                + " KEY by_amount (amount), UNIQUE KEY one (user_id, amount),"
                + " CONSTRAINT %1$s_fk FOREIGN KEY (user_id) REFERENCES %1$s.users (id))")
            .formatted(from, isComputing(release) ? " AS (amount * 2) VIRTUAL" : ""),
        "INSERT INTO %s.users VALUES (1, 'Ann'), (2, 'Bob')".formatted(from),
        "INSERT INTO %s.orders (id, user_id, amount, secret) VALUES (1, 1, 5, 's'), (2, 2, 6, 't')"
            .formatted(from));
    TableSelection selection =
        TableSelection.builder()
            .database(
                from,
                db ->
                    db.as(to)
                        .table("users", t -> t.as("people").rename("id", "person"))
                        .table(
                            "orders",
                            t -> t.as("orders_v2").exceptColumns("secret").rename("amount", "sum")))
            .build();

    startAndSynchronize(job("names", new ServerPair(server, server), selection));
    server.execute(
        "UPDATE %s.orders SET amount = 9, secret = 'x' WHERE id = 1".formatted(from),
        "INSERT INTO %s.orders (id, user_id, amount) VALUES (3, 1, 7)".formatted(from),
        "DELETE FROM %s.orders WHERE id = 2".formatted(from),
        "INSERT INTO %s.users VALUES (3, 'Cid')".formatted(from));

    awaitRows(
        server,
        "SELECT person, name FROM " + to + ".people ORDER BY person",
        List.of("1 Ann", "2 Bob", "3 Cid"));
    awaitRows(
        server,
        "SELECT id, user_id, sum, doubled FROM " + to + ".orders_v2 ORDER BY id",
        isComputing(release)
            ? List.of("1 1 9.00 18.00", "3 1 7.00 14.00")
            : List.of("1 1 9.00 null", "3 1 7.00 null"));
    assertThat(columns(server, to, "orders_v2"))
        .hasSize(4)
        .anyMatch(column -> column.startsWith("sum decimal(10,2) NO"))
        .anyMatch(column -> column.contains("of money") && column.contains("1.50"));
    assertThat(keys(server, to, "orders_v2"))
        .containsExactlyInAnyOrder("PRIMARY 0 id", "by_amount 1 sum", "one 0 user_id,sum");
    assertThat(parents(server, to)).containsExactly(to + " people person");
  }

  @ParameterizedTest
  @EachRelease
  void shardsAreMergedWithTheirOrigin(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String first = server.createDatabase("shard");
    String second = first + "_2";
    String all = first.replace("shard", "whole");
    server.execute("CREATE DATABASE " + second);
    for (String database : List.of(first, second)) {
      for (int i = 1; i <= 2; i++) {
        server.execute(
            ("CREATE TABLE %s.orders_%d (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(60),"
                    + " code INT NOT NULL, UNIQUE KEY code (code), KEY note (note))")
                .formatted(database, i),
            "INSERT INTO %s.orders_%d VALUES (1, '%1$s', 1), (2, 'b', 2)".formatted(database, i));
      }
    }
    TableSelection selection =
        TableSelection.builder()
            .databases(
                first + "*",
                db -> db.as(all).tables("orders_*", t -> t.as("orders").merged("origin")))
            .build();

    startAndSynchronize(job("merge", new ServerPair(server, server), selection));
    server.execute(
        "UPDATE %s.orders_1 SET id = 7, note = 'moved' WHERE id = 1".formatted(first),
        "DELETE FROM %s.orders_2 WHERE id = 1".formatted(first),
        "INSERT INTO %s.orders_1 VALUES (7, 'same key', 7)".formatted(second),
        "UPDATE %s.orders_2 SET code = code + 10".formatted(second));

    awaitRows(
        server,
        "SELECT id, note, code, origin FROM %s.orders ORDER BY origin, id".formatted(all),
        List.of(
            "2 b 2 " + first + ".orders_1",
            "7 moved 1 " + first + ".orders_1",
            "2 b 2 " + first + ".orders_2",
            "1 " + second + " 1 " + second + ".orders_1",
            "2 b 2 " + second + ".orders_1",
            "7 same key 7 " + second + ".orders_1",
            "1 " + second + " 11 " + second + ".orders_2",
            "2 b 12 " + second + ".orders_2"));
    assertThat(keys(server, all, "orders"))
        .containsExactlyInAnyOrder("PRIMARY 0 id,origin", "code 0 code,origin", "note 1 note");
  }

  @ParameterizedTest
  @EachRelease
  void namesFollowThePolicy(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = server.createDatabase("policy").replaceFirst("p", "P");
    server.execute(
        "CREATE DATABASE " + from,
        "CREATE TABLE %s.Users (Id INT PRIMARY KEY, Full_Name VARCHAR(20))".formatted(from),
        "INSERT INTO %s.Users VALUES (1, 'Ann')".formatted(from));
    TableSelection selection =
        TableSelection.builder()
            .nameCase(NameCase.UPPER)
            .database(from, db -> db.table("Users", t -> t.rename("Full_Name", "Called")))
            .build();

    startAndSynchronize(job("policy", new ServerPair(server, server), selection));
    server.execute("INSERT INTO %s.Users VALUES (2, 'Bob')".formatted(from));

    awaitRows(
        server,
        "SELECT ID, CALLED FROM %s.USERS ORDER BY ID".formatted(upper(from)),
        List.of("1 Ann", "2 Bob"));
    assertThat(columns(server, upper(from), "USERS"))
        .anyMatch(column -> column.startsWith("ID "))
        .anyMatch(column -> column.startsWith("Called "));
  }

  /** Whether the server computes columns, and says of what in names with quotes. */
  private static boolean isComputing(MySqlRelease release) {
    return release.isFrom(MySqlRelease.Family.MYSQL, 5, 7)
        || release.isFrom(MySqlRelease.Family.MARIADB, 10, 2);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static String upper(String name) {
    return name.toUpperCase(Locale.ROOT);
  }

  @ParameterizedTest
  @EachRelease
  void namesAreKeptAsTheTargetKeepsThem(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = server.createDatabase("folds").replaceFirst("f", "F");
    server.execute(
        "CREATE DATABASE " + from,
        "CREATE TABLE %s.Users (Id INT PRIMARY KEY)".formatted(from),
        "INSERT INTO %s.Users VALUES (1)".formatted(from));
    TableSelection selection =
        TableSelection.builder().nameCase(NameCase.TARGET_DEFAULT).database(from).build();
    try (MySqlServer folding =
        MySqlServer.builder(release)
            .name("folding")
            .option("lower_case_table_names", "1")
            .start()) {
      startAndSynchronize(job("folded", new ServerPair(server, folding), selection));
      startAndSynchronize(job("unfolded", new ServerPair(folding, server), unfolded(lower(from))));
      server.execute("INSERT INTO %s.Users VALUES (2)".formatted(from));

      awaitRows(folding, "SELECT Id FROM " + lower(from) + ".users", List.of("1", "2"));
      awaitRows(server, "SELECT Id FROM " + from + "_Back.Users", List.of("1", "2"));
    }
  }

  /** A source that folds names knows them in lower case; the target gets those that are given. */
  private static TableSelection unfolded(String database) {
    String back = database.replaceFirst("f", "F") + "_Back";
    return TableSelection.builder()
        .nameCase(NameCase.TARGET_DEFAULT)
        .database(database, db -> db.as(back).table("users", t -> t.as("Users")))
        .build();
  }

  @ParameterizedTest
  @EachRelease
  void whatCannotBeIsSaidBeforeTheStart(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = server.createDatabase("refused");
    boolean computes = isComputing(release) || release.family() == MySqlRelease.Family.MARIADB;
    server.execute(
        "CREATE TABLE %s.a (id INT PRIMARY KEY, base INT, twice INT%s)"
            .formatted(from, computes ? " AS (base * 2) VIRTUAL" : ""),
        "CREATE TABLE %s.b (id INT PRIMARY KEY)".formatted(from),
        "CREATE TABLE %s.c (id INT PRIMARY KEY, at INT) PARTITION BY HASH (id) PARTITIONS 2"
            .formatted(from),
        "CREATE TABLE %s.d (id INT PRIMARY KEY)".formatted(from));
    TableSelection selection =
        TableSelection.builder()
            .database(
                from,
                db ->
                    db.as(from + "_copy")
                        .table("a", t -> t.exceptColumns("base"))
                        .table("b", t -> t.as("b".repeat(65)))
                        .table("c", t -> t.rename("id", "number"))
                        .tables("d", t -> t.as("a")))
            .build();

    assertThatThrownBy(
            () -> startAndSynchronize(job("no", new ServerPair(server, server), selection)))
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContainingAll(
            isComputing(release)
                ? "column 'twice' is made of the columns [base], which take no part"
                : computes ? "column 'twice' may be made of column 'base'" : "",
            "NAME_ILLEGAL",
            "more than 64 characters",
            "(partitions) speaks of column 'id'",
            "NAME_CONFLICT",
            "would be one at the target");
    assertThat(rows(server, "SHOW DATABASES LIKE '" + from + "_copy'")).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void databasesThatMatchAreFoundAndTheServersOwnAreNot(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = server.createDatabase("tenant");
    server.execute(
        "CREATE DATABASE %s_tmp".formatted(from),
        "CREATE TABLE %s_tmp.t (id INT PRIMARY KEY)".formatted(from),
        "CREATE TABLE %s.t (id INT PRIMARY KEY)".formatted(from),
        "CREATE TABLE %s.t_tmp (id INT PRIMARY KEY)".formatted(from),
        "INSERT INTO %s.t VALUES (1)".formatted(from));
    TableSelection selection =
        TableSelection.builder()
            .databases(
                from + "*", db -> db.as(from.replace("tenant", "copy")).tables("*").except("*_tmp"))
            .databases("my?ql")
            .databases("s?s")
            .except("*_tmp")
            .build();

    startAndSynchronize(job("tenants", new ServerPair(server, server), selection));
    server.execute("INSERT INTO %s.t VALUES (2)".formatted(from));

    String copy = from.replace("tenant", "copy");
    awaitRows(server, "SELECT id FROM " + copy + ".t", List.of("1", "2"));
    assertThat(rows(server, "SHOW TABLES FROM " + copy)).containsExactly("t");
  }
}
