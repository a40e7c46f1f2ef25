package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples that keep a copy do what they say, the one that the README shows included. */
class MySqlToMySqlIT {

  private static final List<String> SHOP =
      List.of(
          "CREATE DATABASE shop",
          "CREATE TABLE shop.users (id INT PRIMARY KEY, name VARCHAR(50))",
          "CREATE TABLE shop.orders (id INT PRIMARY KEY, user_id INT, amount DECIMAL(10,2))",
          "CREATE TABLE shop.log_2026 (id INT PRIMARY KEY, line TEXT)",
          "CREATE TABLE shop.secrets (id INT PRIMARY KEY)",
          "CREATE VIEW shop.open_orders AS SELECT id, amount FROM shop.orders",
          "INSERT INTO shop.users VALUES (1, 'Ada'), (2, 'Grace')",
          "INSERT INTO shop.orders VALUES (1, 1, 9.99)",
          "INSERT INTO shop.log_2026 VALUES (1, 'opened')",
          "CREATE USER 'sync'@'%' IDENTIFIED BY 'a password'",
          "GRANT ALL ON *.* TO 'sync'@'%'");

  private static final List<String> CHANGES =
      List.of(
          "INSERT INTO shop.users VALUES (3, 'Edsger'), (4, 'Barbara'), (5, 'Donald')",
          "UPDATE shop.users SET name = 'Ada Lovelace' WHERE id = 1",
          "UPDATE shop.users SET id = 6 WHERE id = 4",
          "INSERT INTO shop.orders VALUES (2, 6, 19.99), (3, 5, 29.99), (4, 3, 39.99)",
          "DELETE FROM shop.orders WHERE id = 1",
          "UPDATE shop.log_2026 SET line = 'closed'",
          "DELETE FROM shop.users WHERE id = 2",
          "INSERT INTO shop.secrets VALUES (1)");

  private static final String ROWS =
      "SELECT CONCAT_WS(' ', 'log', id, line) FROM shop.log_2026"
          + " UNION ALL SELECT CONCAT_WS(' ', 'order', id, user_id, amount) FROM shop.orders"
          + " UNION ALL SELECT CONCAT_WS(' ', 'user', id, name) FROM shop.users ORDER BY 1";

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = 20_000_000;

  @ParameterizedTest
  @CsvSource({
    "dev.syncline.examples.MySqlToMySql, 0, log_2026 orders users",
    "dev.syncline.examples.ManyLanes, 4, log_2026 orders users",
    "dev.syncline.examples.WholeStructure, 0, log_2026 open_orders orders users"
  })
  void copiesAndFollowsTheSelectedTables(
      Class<?> main, int lastLane, String tables, @TempDir Path folder) throws Exception {
    try (MySqlServer source = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("from").start();
        MySqlServer target = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("to").start()) {
      source.execute(SHOP.toArray(String[]::new));
      target.execute(SHOP.get(9), SHOP.get(10));
      Process example = start(main, folder, source, target);
      String said;
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(example.getInputStream(), StandardCharsets.UTF_8))) {
        said = output.readLine();
        assertThat(said).as("%s", readRest(example, said, output)).contains("SYNCHRONIZING");
        awaitEqual(target, ROWS, strings(source, ROWS));
        awaitEqual(target, "SELECT MAX(lane) FROM syncline.lane", List.of("" + lastLane));

        source.execute(CHANGES.toArray(String[]::new));

        awaitEqual(target, ROWS, strings(source, ROWS));
      } finally {
        example.getOutputStream().close();
        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(example.exitValue()).isZero();
      assertThat(strings(target, "SHOW TABLES FROM shop")).containsExactly(tables.split(" ", -1));
    }
  }

  @Test
  void hidesWhoPeopleAre(@TempDir Path folder) throws Exception {
    String joined =
        "SELECT CONCAT_WS(' ', name, amount) FROM shop.users u"
            + " JOIN shop.orders o ON o.user_id = u.id ORDER BY o.id";
    try (MySqlServer source = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("from").start();
        MySqlServer target = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("to").start()) {
      source.execute(SHOP.toArray(String[]::new));
      target.execute(SHOP.get(9), SHOP.get(10));
      Process example = start(MaskedColumns.class, folder, source, target);
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(example.getInputStream(), StandardCharsets.UTF_8))) {
        String said = output.readLine();
        assertThat(said).as("%s", readRest(example, said, output)).contains("SYNCHRONIZING");
        awaitEqual(target, joined, List.of("A** 9.99"));

        source.execute(CHANGES.toArray(String[]::new));
        source.execute("UPDATE shop.orders SET amount = 0 WHERE id = 3");

        awaitEqual(target, joined, List.of("B****** 19.99", "E***** 39.99"));
        awaitEqual(target, "SELECT MIN(LENGTH(id)) FROM shop.users", List.of("64"));
        awaitEqual(target, "SELECT COUNT(*) FROM shop.orders", List.of("2"));
      } finally {
        example.getOutputStream().close();
        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(example.exitValue()).isZero();
    }
  }

  @Test
  void copiesAndFollowsTheRowsThatFulfilACondition(@TempDir Path folder) throws Exception {
    String orders = "SELECT CONCAT_WS(' ', id, user_id, amount) FROM shop.orders";
    String large = orders + " WHERE amount >= 10 AND user_id IS NOT NULL";
    try (MySqlServer source = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("from").start();
        MySqlServer target = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("to").start()) {
      source.execute(SHOP.toArray(String[]::new));
      source.execute("INSERT INTO shop.orders VALUES (10, 1, 100), (11, 1, 1), (12, 1, 10)");
      target.execute(SHOP.get(9), SHOP.get(10));
      Process example = start(FilteredRows.class, folder, source, target);
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(example.getInputStream(), StandardCharsets.UTF_8))) {
        String said = output.readLine();
        assertThat(said).as("%s", readRest(example, said, output)).contains("SYNCHRONIZING");
        awaitEqual(target, orders + " ORDER BY id", List.of("10 1 100.00", "12 1 10.00"));

        source.execute(
            "UPDATE shop.orders SET amount = amount * 10",
            "UPDATE shop.orders SET amount = 9 WHERE id = 12");

        awaitEqual(target, orders + " ORDER BY id", strings(source, large + " ORDER BY id"));
      } finally {
        example.getOutputStream().close();
        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  /** Everything that was said, where the first line was not the status. */
  static String readRest(Process example, String first, BufferedReader output) throws IOException {
    if (first != null && first.startsWith("JobStatus")) {
      return first;
    }
    example.getOutputStream().close();
    StringBuilder all = new StringBuilder().append(first).append('\n');
    output.lines().forEach(line -> all.append(line).append('\n'));
    return all.toString();
  }

  static Process start(Class<?> main, Path folder, MySqlServer source, MySqlServer target)
      throws IOException {
    return start(
        main,
        folder,
        new InetSocketAddress(source.host(), source.port()),
        new InetSocketAddress(target.host(), target.port()));
  }

  static Process start(
      Class<?> main, Path folder, InetSocketAddress source, InetSocketAddress target)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
            "-classpath",
            System.getProperty("java.class.path"),
            main.getName());
    builder
        .environment()
        .putAll(
            Map.of(
                "SOURCE_HOST", source.getHostString(),
                "SOURCE_PORT", String.valueOf(source.getPort()),
                "SOURCE_PASSWORD", "a password",
                "MASK_SALT", "a salt that nobody guesses",
                "TARGET_HOST", target.getHostString(),
                "TARGET_PORT", String.valueOf(target.getPort()),
                "TARGET_PASSWORD", "a password"));
    return builder
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  static void awaitEqual(MySqlServer target, String sql, List<String> expected) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    List<String> found = seen(target, sql);
    while (!found.equals(expected) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_NANOS);
      found = seen(target, sql);
    }
    assertThat(found).as(sql).isEqualTo(expected);
  }

  /** A column or table of which the query speaks may be yet to come, or change under it. */
  private static List<String> seen(MySqlServer server, String sql) throws Exception {
    try {
      return strings(server, sql);
    } catch (SQLException e) {
      return List.of(String.valueOf(e.getMessage()));
    }
  }

  static List<String> strings(MySqlServer server, String sql) throws Exception {
    try (var connection = server.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      List<String> strings = new ArrayList<>();
      while (rows.next()) {
        strings.add(rows.getString(1));
      }
      return strings;
    }
  }
}
