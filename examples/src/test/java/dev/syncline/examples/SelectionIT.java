package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples that choose tables, and follow what becomes of them, do what they say. */
class SelectionIT {

  private static final List<String> USER =
      List.of(
          "CREATE USER 'sync'@'%' IDENTIFIED BY 'a password'", "GRANT ALL ON *.* TO 'sync'@'%'");

  @TempDir private Path folder;

  /** Runs an example between two servers, and makes changes when it synchronizes. */
  private void run(
      Class<?> main, List<String> before, List<String> changes, String query, List<String> expected)
      throws Exception {
    try (MySqlServer source = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("from").start();
        MySqlServer target = MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("to").start()) {
      source.execute(before.toArray(String[]::new));
      source.execute(USER.toArray(String[]::new));
      target.execute(USER.toArray(String[]::new));
      Process example = MySqlToMySqlIT.start(main, folder, source, target);
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(example.getInputStream(), StandardCharsets.UTF_8))) {
        String said = output.readLine();
        assertThat(said)
            .as("%s", MySqlToMySqlIT.readRest(example, said, output))
            .contains("SYNCHRONIZING");

        source.execute(changes.toArray(String[]::new));

        MySqlToMySqlIT.awaitEqual(target, query, expected);
      } finally {
        example.getOutputStream().close();
        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(example.exitValue()).isZero();
    }
  }

  @Test
  void mapsNames() throws Exception {
    run(
        MappedNames.class,
        List.of(
            "CREATE DATABASE shop",
            "CREATE TABLE shop.users (id INT PRIMARY KEY, name VARCHAR(9), password TEXT)",
            "CREATE TABLE shop.orders (id INT PRIMARY KEY, amount INT)",
            "CREATE TABLE shop.log_tmp_1 (id INT PRIMARY KEY)",
            "INSERT INTO shop.users VALUES (1, 'Ada', 'x'), (2, 'Grace', 'y')",
            "INSERT INTO shop.orders VALUES (1, 10)"),
        List.of(
            "UPDATE shop.users SET name = 'Barbara', password = 'z' WHERE id = 2",
            "INSERT INTO shop.orders VALUES (2, 20)"),
        "SELECT CONCAT_WS(' ', 'order', id, total) FROM shop_dr.orders_v2"
            + " UNION ALL SELECT CONCAT_WS(' ', 'user', u.id, u.name) FROM shop_dr.users u"
            + " UNION ALL SELECT CONCAT(TABLE_NAME, '.', COLUMN_NAME) FROM"
            + " information_schema.COLUMNS WHERE TABLE_SCHEMA = 'shop_dr' ORDER BY 1",
        List.of(
            "order 1 10",
            "order 2 20",
            "orders_v2.id",
            "orders_v2.total",
            "user 1 Ada",
            "user 2 Barbara",
            "users.id",
            "users.name"));
  }

  @Test
  void mergesShards() throws Exception {
    run(
        MergedShards.class,
        List.of(
            "CREATE DATABASE shard_1",
            "CREATE DATABASE shard_2",
            "CREATE TABLE shard_1.orders_1 (id INT PRIMARY KEY, amount INT)",
            "CREATE TABLE shard_1.orders_2 (id INT PRIMARY KEY, amount INT)",
            "CREATE TABLE shard_2.orders_1 (id INT PRIMARY KEY, amount INT)",
            "INSERT INTO shard_1.orders_1 VALUES (1, 11)",
            "INSERT INTO shard_1.orders_2 VALUES (1, 12)",
            "INSERT INTO shard_2.orders_1 VALUES (1, 21)"),
        List.of(
            "UPDATE shard_2.orders_1 SET amount = 22",
            "DELETE FROM shard_1.orders_1",
            "INSERT INTO shard_1.orders_2 VALUES (2, 13)",
            "ALTER TABLE shard_1.orders_1 ADD note VARCHAR(9)",
            "ALTER TABLE shard_1.orders_2 ADD note VARCHAR(9)",
            "INSERT INTO shard_1.orders_2 VALUES (3, 14, 'new')",
            "INSERT INTO shard_2.orders_1 VALUES (2, 23)",
            "ALTER TABLE shard_2.orders_1 ADD note VARCHAR(9)"),
        "SELECT CONCAT_WS(' ', origin, id, amount, note) FROM shop.orders ORDER BY 1",
        List.of(
            "shard_1.orders_2 1 12",
            "shard_1.orders_2 2 13",
            "shard_1.orders_2 3 14 new",
            "shard_2.orders_1 1 22",
            "shard_2.orders_1 2 23"));
  }

  @Test
  void followsChangesOfTools() throws Exception {
    run(
        OnlineChanges.class,
        List.of(
            "CREATE DATABASE shop",
            "CREATE TABLE shop.orders (id INT PRIMARY KEY, amount INT)",
            "INSERT INTO shop.orders VALUES (1, 10), (2, 20)"),
        List.of(
            "CREATE TABLE shop._orders_gho LIKE shop.orders",
            "ALTER TABLE shop._orders_gho ADD note VARCHAR(9)",
            "INSERT INTO shop._orders_gho (id, amount) SELECT id, amount FROM shop.orders",
            "UPDATE shop.orders SET amount = 21 WHERE id = 2",
            "UPDATE shop._orders_gho SET amount = 21 WHERE id = 2",
            "RENAME TABLE shop.orders TO shop._orders_del, shop._orders_gho TO shop.orders",
            "DROP TABLE shop._orders_del",
            "INSERT INTO shop.orders VALUES (3, 30, 'new')"),
        "SELECT CONCAT_WS(' ', id, amount, note) FROM shop.orders ORDER BY 1",
        List.of("1 10", "2 21", "3 30 new"));
  }
}
