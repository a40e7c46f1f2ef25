package dev.syncline.redis;

import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Fills a server with values of all types, small and large, in all forms it has for them. */
final class RdbServerFill {

  private final RedisRelease release;
  private final Random random = new Random(3);
  private final List<List<Object>> commands = new ArrayList<>();

  private RdbServerFill(RedisRelease release) {
    this.release = release;
  }

  static void fill(RedisServer server) {
    try (RespClient client = server.connect()) {
      RdbServerFill fill = new RdbServerFill(server.release());
      fill.texts();
      fill.lists();
      fill.sets();
      fill.sortedSets();
      fill.hashes();
      fill.streams();
      fill.rest();
      client.pipeline(fill.commands);
    }
  }

  private void add(Object... command) {
    commands.add(Arrays.asList(command));
  }

  private byte[] noise(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void texts() {
    add("SET", "text:empty", "");
    for (String number : List.of("0", "-1", "127", "-129", "32768", "2147483647", "-2147483648")) {
      add("SET", "text:" + number, number);
    }
    for (String other : List.of("2147483648", "9223372036854775807", "007", "-0", " 1", "1.5")) {
      add("SET", "text:" + other, other);
    }
    add("SET", "text:noise", noise(100));
    add("SET", "text:packed", "ab".repeat(5000));
    add("SET", "text:large", noise(300_000));
    add("SET", "text:expiring", "x", "PX", 1_000_000);
    add("SETBIT", "text:bits", 100_000, 1);
    add("PFADD", "text:hyperloglog", "a", "b", "c");
  }

  /** Elements of all widths. */
  private List<Object> elements(int count) {
    List<Object> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(
          switch (i % 8) {
            case 0 -> Integer.toString(i / 8 - 3);
            case 1 -> Long.toString(random.nextLong() >> random.nextInt(64));
            case 2 -> "element " + i;
            case 3 -> noise(1 + random.nextInt(60));
            case 4 -> "x".repeat(i % 70) + i;
            case 5 -> "00" + i;
            case 6 -> Integer.toString(-i * 1000);
            default -> "1e" + i;
          });
    }
    return elements;
  }

  private void push(String verb, String key, List<Object> elements) {
    for (int at = 0; at < elements.size(); at += 500) {
      List<Object> command = new ArrayList<>(List.of(verb, key));
      command.addAll(elements.subList(at, Math.min(elements.size(), at + 500)));
      commands.add(command);
    }
  }

  private void lists() {
    push("RPUSH", "list:small", elements(40));
    push("RPUSH", "list:large", elements(3000));
    push("RPUSH", "list:one", elements(1));
    push("RPUSH", "list:of large", List.of(noise(20_000), "y".repeat(20_000), "", "1"));
    if (release.isFrom(3, 2)) {
      push("RPUSH", "list:packed", new ArrayList<>(Collections.nCopies(3000, "same")));
    }
  }

  private void sets() {
    push("SADD", "set:16", List.of("1", "-5", "32767"));
    push("SADD", "set:32", List.of("1", "-5", "2147483647"));
    push("SADD", "set:64", List.of("1", "-5", "9223372036854775807", "-9223372036854775808"));
    push("SADD", "set:small", elements(20));
    push("SADD", "set:large", elements(2000));
  }

  private void sortedSets() {
    Object[] scores = {
      "1",
      "-1.5",
      "inf",
      "-inf",
      "0.1",
      "3.0000000000000004",
      "1e300",
      "-2.2250738585072014e-308",
      "9007199254740993",
      "123456789012345678",
      "1e17",
      "4.9e-324",
      "0",
      "1.7976931348623157e308"
    };
    List<Object> small = new ArrayList<>();
    for (Object score : scores) {
      small.add(score);
      small.add("m" + score);
    }
    push("ZADD", "zset:small", small);
    List<Object> large = new ArrayList<>(small);
    for (Object member : elements(1000)) {
      large.add(Double.toString(random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15)));
      large.add(member);
    }
    push("ZADD", "zset:large", large);
    if (release.isFrom(3, 2)) {
      add("GEOADD", "zset:geo", "13.361389", "38.115556", "Palermo", "15.087269", "37.5", "C");
    }
  }

  private void hashes() {
    push("HMSET", "hash:small", elements(16));
    List<Object> large = new ArrayList<>();
    for (Object value : elements(2000)) {
      large.add("field" + large.size());
      large.add(value);
    }
    push("HMSET", "hash:large", large);
    add("HSET", "hash:wide", "field", noise(50_000));
    boolean valkey = release.product() == RedisRelease.Product.VALKEY;
    if (valkey ? release == RedisRelease.VALKEY_9 : release.isFrom(7, 4)) {
      push("HMSET", "hash:expiring", List.of("a", "1", "b", "2", "c", "3"));
      add("HPEXPIRE", "hash:expiring", 5_000_000, "FIELDS", 2, "a", "c");
      push("HMSET", "hash:expiring large", large);
      add("HPEXPIRE", "hash:expiring large", 5_000_000, "FIELDS", 2, "field0", "field20");
      add("HPEXPIRE", "hash:expiring large", 6_000_000, "FIELDS", 1, "field40");
    }
  }

  private void streams() {
    if (!release.isFrom(5, 0)) {
      return;
    }
    for (int i = 1; i <= 500; i++) {
      add("XADD", "stream:large", i + "-" + i % 3, "field", "value" + i, "other", noise(i % 50));
      if (i % 7 == 0) {
        add("XADD", "stream:large", i + "-7", "different", i);
      }
    }
    add("XDEL", "stream:large", "7-7", "100-1", "500-2");
    add("XTRIM", "stream:large", "MAXLEN", 450);
    add("XGROUP", "CREATE", "stream:large", "group", "0");
    add("XGROUP", "CREATE", "stream:large", "other", "200-0");
    add("XGROUP", "CREATE", "stream:large", "late", "$");
    add("XREADGROUP", "GROUP", "group", "ann", "COUNT", 30, "STREAMS", "stream:large", ">");
    add("XREADGROUP", "GROUP", "group", "bob", "COUNT", 30, "STREAMS", "stream:large", ">");
    add("XREADGROUP", "GROUP", "other", "ann", "COUNT", 3, "STREAMS", "stream:large", ">");
    add("XREADGROUP", "GROUP", "other", "idle", "COUNT", 3, "STREAMS", "stream:large", "0");
    add("XACK", "stream:large", "other", "200-2");
    add("XADD", "stream:empty", "5-5", "a", "b");
    add("XDEL", "stream:empty", "5-5");
    add("XGROUP", "CREATE", "stream:new", "group", "$", "MKSTREAM");
    add("XADD", "stream:max", "18446744073709551615-18446744073709551614", "a", "b");
    for (int i = 1; i <= 10; i++) {
      add("XADD", "stream:pending-but-deleted", i + "-1", "a", i);
    }
    add("XGROUP", "CREATE", "stream:pending-but-deleted", "group", "0");
    add(
        "XREADGROUP",
        "GROUP",
        "group",
        "ann",
        "COUNT",
        8,
        "STREAMS",
        "stream:pending-but-deleted",
        ">");
    add("XDEL", "stream:pending-but-deleted", "5-1", "7-1", "10-1");
    add("XTRIM", "stream:pending-but-deleted", "MAXLEN", 5);
  }

  private void rest() {
    if (release.isFrom(7, 0)) {
      add(
          "FUNCTION",
          "LOAD",
          "#!lua name=lib\nredis.register_function('f', function(keys, args) return 1 end)");
    }
    add("SELECT", 3);
    add("SET", "text:in another database", "3");
    push("RPUSH", "list:small", elements(10));
    add("PEXPIRE", "list:small", 2_000_000);
    add("SELECT", 0);
    add("PEXPIRE", "hash:large", 3_000_000);
    add("PEXPIRE", "set:large", 3_000_000);
  }
}
