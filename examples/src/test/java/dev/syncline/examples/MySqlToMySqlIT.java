package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples that keep a copy do what they say, the one that the README shows included. */
class MySqlToMySqlIT {

  private static final List<String> SHOP =
      List.of(
          "CREATE DATABASE shop",
          "CREATE TABLE shop.users (id INT PRIMARY KEY, name VARCHAR(50))",
          "CREATE TABLE shop.orders (id INT PRIMARY KEY, user_id INT, amount DECIMAL(10,2))",
          "CREATE TABLE shop.log_2026 (id INT PRIMARY KEY, line TEXT)",
          "CREATE TABLE shop.secrets (id INT PRIMARY KEY)",
          "INSERT INTO shop.users VALUES (1, 'Ada'), (2, 'Grace')",
          "INSERT INTO shop.orders VALUES (1, 1, 9.99)",
          "INSERT INTO shop.log_2026 VALUES (1, 'opened')",
          "CREATE USER 'sync'@'%' IDENTIFIED BY 'a password'",
          "GRANT ALL ON *.* TO 'sync'@'%'");

  @ParameterizedTest
  @ValueSource(classes = {MySqlToMySql.class, ManyLanes.class})
  void copiesTheSelectedTables(Class<?> main, @TempDir Path folder) throws Exception {
    try (MySqlServer source = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("from").start();
        MySqlServer target = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("to").start()) {
      source.execute(SHOP.toArray(String[]::new));
      target.execute(SHOP.get(8), SHOP.get(9));
      Process example = start(main, folder, source, target);
      String said;
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(example.getInputStream(), StandardCharsets.UTF_8))) {
        said = output.readLine();
        assertThat(said).as("%s", readRest(example, said, output)).contains("SYNCHRONIZING");
      } finally {
        example.getOutputStream().close();
        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(example.exitValue()).isZero();
      assertThat(tables(target)).containsExactly("log_2026=1", "orders=1", "users=2");
    }
  }

  /** Everything that was said, where the first line was not the status. */
  private static String readRest(Process example, String first, BufferedReader output)
      throws IOException {
    if (first != null && first.startsWith("JobStatus")) {
      return first;
    }
    example.getOutputStream().close();
    StringBuilder all = new StringBuilder().append(first).append('\n');
    output.lines().forEach(line -> all.append(line).append('\n'));
    return all.toString();
  }

  private static Process start(Class<?> main, Path folder, MySqlServer source, MySqlServer target)
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
                "SOURCE_HOST", source.host(),
                "SOURCE_PORT", String.valueOf(source.port()),
                "SOURCE_PASSWORD", "a password",
                "TARGET_HOST", target.host(),
                "TARGET_PORT", String.valueOf(target.port()),
                "TARGET_PASSWORD", "a password"));
    return builder
        .directory(folder.toFile())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static List<String> tables(MySqlServer target) throws Exception {
    try (var connection = target.connect("shop");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT CONCAT('log_2026=', COUNT(*)) FROM log_2026"
                    + " UNION ALL SELECT CONCAT('orders=', COUNT(*)) FROM orders"
                    + " UNION ALL SELECT CONCAT('users=', COUNT(*)) FROM users")) {
      List<String> counts = new java.util.ArrayList<>();
      while (rows.next()) {
        counts.add(rows.getString(1));
      }
      return counts;
    }
  }
}
