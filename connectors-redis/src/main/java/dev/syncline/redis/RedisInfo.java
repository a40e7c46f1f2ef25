package dev.syncline.redis;

import dev.syncline.SyncException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server says of itself when it is asked for INFO. Immutable. */
final class RedisInfo {

  private static final Pattern KEYSPACE = Pattern.compile("keys=(\\d+),expires=(\\d+).*");

  private final Map<String, String> fields = new HashMap<>();

  private final String text;

  private RedisInfo(String text) {
    this.text = text;
    for (String line : text.split("\r?\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
  }

  /** Reads what a server has answered. */
  static RedisInfo parse(String text) {
    return new RedisInfo(text);
  }

  /** Asks a server. */
  static RedisInfo of(RespConnection connection) {
    return new RedisInfo(connection.text("INFO"));
  }

  /** Up to where the server has written its stream. */
  long offset() {
    return number("master_repl_offset")
        .orElseThrow(() -> new SyncException("The source's INFO lacks 'master_repl_offset'."));
  }

  Optional<String> field(String name) {
    return Optional.ofNullable(fields.get(name));
  }

  /** A field that is a number; empty if the server does not have it. */
  Optional<Long> number(String name) {
    return field(name).filter(text -> text.matches("-?\\d{1,18}")).map(Long::parseLong);
  }

  /** The version of the server. */
  RedisVersion version() {
    return RedisVersion.of(text);
  }

  /** How many keys each database has. */
  Map<Integer, Long> keys() {
    return keyspace(1);
  }

  /** How many keys with an expiry each database has. */
  Map<Integer, Long> expiringKeys() {
    return keyspace(2);
  }

  private Map<Integer, Long> keyspace(int group) {
    Map<Integer, Long> numbers = new TreeMap<>();
    fields.forEach(
        (name, value) -> {
          Matcher matcher = KEYSPACE.matcher(value);
          if (name.matches("db\\d{1,9}") && matcher.matches()) {
            numbers.put(Integer.parseInt(name.substring(2)), Long.parseLong(matcher.group(group)));
          }
        });
    return numbers;
  }
}
