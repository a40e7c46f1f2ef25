package dev.syncline.testkit.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads all that a server holds through a connection of its own. Not thread-safe. */
final class RedisStateReader {
  private static final int KEYS = 1_000;
  private static final int KEYS_BETWEEN_TIMES = 100;
  private static final long NO_EXPIRY = -1;
  private static final long NO_KEY = -2;

  /** The version and the checksum at the end of what {@code DUMP} gives. */
  private static final int FOOTER_BYTES = 10;

  private static final int MOST_ATTEMPTS = 10;

  private final RespClient client;
  private final RedisStreamReader streams;
  private final boolean knowsExpiryTimes;
  private final boolean knowsFieldExpiryTimes;
  private final boolean knowsFunctions;

  RedisStateReader(RespClient client) {
    this.client = client;
    this.knowsExpiryTimes = knows("pexpiretime");
    this.knowsFieldExpiryTimes = knows("hpexpiretime");
    this.knowsFunctions = knows("function");
    this.streams = new RedisStreamReader(client, knowsFunctions);
  }

  private boolean knows(String command) {
    return list(client.command("COMMAND", "INFO", command)).get(0) != null;
  }

  /**
   * Reads everything; the title says of which server, for messages. A key that gets another type
   * while it is read, or a stream that loses a group, lets all be read once more.
   */
  RedisState read(String title) {
    for (int attempt = 1; attempt < MOST_ATTEMPTS; attempt++) {
      try {
        return readOnce(title);
      } catch (RespClient.ErrorReply e) {
        if (!e.getMessage().startsWith("WRONGTYPE") && !e.getMessage().startsWith("NOGROUP")) {
          throw e;
        }
      }
    }
    return readOnce(title);
  }

  private RedisState readOnce(String title) {
    Map<RedisState.Key, RedisValue> values = new HashMap<>();
    for (String name : RedisServer.fields(client.text("INFO", "keyspace")).keySet()) {
      int database = Integer.parseInt(name.substring("db".length()));
      client.select(database);
      readDatabase(database, values);
    }
    @Nullable Map<String, String> functions = knowsFunctions ? functions() : null;
    return new RedisState(title, values, functions, now());
  }

  private void readDatabase(int database, Map<RedisState.Key, RedisValue> values) {
    Set<String> seen = new HashSet<>();
    byte[] cursor = {'0'};
    do {
      List<?> reply = list(client.command("SCAN", cursor, "COUNT", KEYS));
      cursor = bytes(reply.get(0));
      Map<String, byte[]> keys = new LinkedHashMap<>();
      for (Object key : list(reply.get(1))) {
        String name = RedisText.of(bytes(key));
        // A server that makes its table larger or smaller meanwhile gives some keys twice.
        if (seen.add(name)) {
          keys.put(name, bytes(key));
        }
      }
      read(database, keys, values);
    } while (!Arrays.equals(cursor, new byte[] {'0'}));
  }

  private void read(
      int database, Map<String, byte[]> keys, Map<RedisState.Key, RedisValue> values) {
    Map<String, RedisValue> found = types(keys);
    List<List<?>> commands = new ArrayList<>();
    found.forEach(
        (name, value) ->
            commands.add(command(value.type(), Objects.requireNonNull(keys.get(name)))));
    int next = 0;
    List<@Nullable Object> replies = client.pipeline(commands);
    List<Fields> hashes = new ArrayList<>();
    for (Map.Entry<String, RedisValue> each : found.entrySet()) {
      @Nullable Object reply = replies.get(next++);
      RedisValue value = each.getValue();
      byte[] key = Objects.requireNonNull(keys.get(each.getKey()));
      if (fill(value, reply) && streams.read(value, key)) {
        values.put(new RedisState.Key(database, each.getKey()), value);
        if (knowsFieldExpiryTimes && value.type().equals("hash")) {
          hashes.add(Fields.of(key, value, list(reply)));
        }
      }
    }
    addFieldExpiry(hashes);
  }

  /** The keys that are still there, with their types and times of expiry. */
  private Map<String, RedisValue> types(Map<String, byte[]> keys) {
    List<List<?>> commands = new ArrayList<>();
    int count = 0;
    for (byte[] key : keys.values()) {
      if (count++ % KEYS_BETWEEN_TIMES == 0) {
        commands.add(List.of("TIME"));
      }
      commands.add(List.of("TYPE", key));
      commands.add(List.of(knowsExpiryTimes ? "PEXPIRETIME" : "PTTL", key));
    }
    List<@Nullable Object> replies = client.pipeline(commands);
    Map<String, RedisValue> found = new LinkedHashMap<>();
    int next = 0;
    count = 0;
    long now = 0;
    for (String name : keys.keySet()) {
      if (count++ % KEYS_BETWEEN_TIMES == 0) {
        now = millis(replies.get(next++));
      }
      String type = Objects.requireNonNull(RespClient.textOf(replies.get(next++)));
      long expiry = number(replies.get(next++));
      if (type.equals("none") || expiry == NO_KEY) {
        continue;
      }
      RedisValue value = RedisValue.of(type);
      if (expiry != NO_EXPIRY) {
        value.times().put(RedisValue.EXPIRY, knowsExpiryTimes ? expiry : now + expiry);
      }
      found.put(name, value);
    }
    return found;
  }

  private static List<?> command(String type, byte[] key) {
    return switch (type) {
      case "string" -> List.of("GET", key);
      case "list" -> List.of("LRANGE", key, 0, -1);
      case "set" -> List.of("SMEMBERS", key);
      case "hash" -> List.of("HGETALL", key);
      case "zset" -> List.of("ZRANGE", key, 0, -1, "WITHSCORES");
      case "stream" -> List.of("XRANGE", key, "-", "+");
      default -> List.of("DUMP", key);
    };
  }

  /** Adds the parts of a value; false if the key has expired meanwhile. */
  private static boolean fill(RedisValue value, @Nullable Object reply) {
    Map<String, String> parts = value.parts();
    if (reply == null) {
      return false;
    }
    if (reply instanceof byte[] bytes) {
      boolean isString = value.type().equals("string");
      byte[] content =
          isString ? bytes : Arrays.copyOf(bytes, Math.max(0, bytes.length - FOOTER_BYTES));
      parts.put(isString ? "value" : "DUMP", RedisText.shortOf(content));
      return true;
    }
    List<?> elements = list(reply);
    switch (value.type()) {
      case "list" -> {
        for (int i = 0; i < elements.size(); i++) {
          parts.put("[" + i + "]", RedisText.shortOf(bytes(elements.get(i))));
        }
      }
      case "set" ->
          elements.forEach(member -> parts.put("member '" + shortOf(member) + "'", "there"));
      case "hash" -> {
        for (int i = 0; i < elements.size(); i += 2) {
          parts.put("field '" + shortOf(elements.get(i)) + "'", shortOf(elements.get(i + 1)));
        }
      }
      case "zset" -> {
        for (int i = 0; i < elements.size(); i += 2) {
          parts.put("member '" + shortOf(elements.get(i)) + "'", score(elements.get(i + 1)));
        }
      }
      case "stream" -> RedisStreamReader.addEntries(parts, elements);
      default -> throw new IllegalStateException("No list is the value of a " + value.type());
    }
    // No key has an empty value but a stream.
    return !elements.isEmpty() || value.type().equals("stream");
  }

  private static String shortOf(@Nullable Object value) {
    return RedisText.shortOf(bytes(value));
  }

  /** The number exactly; servers before 7.2 write 17 digits where fewer tell the same. */
  private static String score(@Nullable Object score) {
    String text = Objects.requireNonNull(RespClient.textOf(score));
    return switch (text) {
      case "inf", "-inf" -> text;
      default -> Double.toString(Double.parseDouble(text));
    };
  }

  private void addFieldExpiry(List<Fields> hashes) {
    List<List<?>> commands = hashes.stream().map(Fields::command).collect(Collectors.toList());
    int next = 0;
    for (@Nullable Object reply : client.pipeline(commands)) {
      Fields hash = hashes.get(next++);
      List<?> times = reply == null ? List.of() : list(reply);
      for (int i = 0; i < times.size(); i++) {
        long time = number(times.get(i));
        if (time >= 0) {
          String field = "expiry of field '" + shortOf(hash.names().get(i)) + "'";
          hash.value().times().put(field, time);
        }
      }
    }
  }

  /** A hash whose fields may expire each by itself. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Fields(byte[] key, RedisValue value, List<Object> names) {
    static Fields of(byte[] key, RedisValue value, List<?> namesAndValues) {
      List<Object> names = new ArrayList<>();
      for (int i = 0; i < namesAndValues.size(); i += 2) {
        names.add(bytes(namesAndValues.get(i)));
      }
      return new Fields(key, value, names);
    }

    List<?> command() {
      List<Object> command = new ArrayList<>();
      command.addAll(List.of("HPEXPIRETIME", key, "FIELDS", names.size()));
      command.addAll(names);
      return command;
    }
  }

  private Map<String, String> functions() {
    Map<String, String> functions = new HashMap<>();
    for (Object library : list(client.command("FUNCTION", "LIST", "WITHCODE"))) {
      Map<String, @Nullable Object> fields = fields(library);
      functions.put(
          "'" + RespClient.textOf(fields.get("library_name")) + "'",
          shortOf(fields.get("library_code")));
    }
    return functions;
  }

  private long now() {
    return millis(client.command("TIME"));
  }

  /** What {@code TIME} says, in milliseconds. */
  static long millis(@Nullable Object time) {
    List<?> parts = list(time);
    return number(parts.get(0)) * 1_000 + number(parts.get(1)) / 1_000;
  }

  static long number(@Nullable Object reply) {
    return Long.parseLong(RespClient.textOf(Objects.requireNonNull(reply, "reply")));
  }

  static byte[] bytes(@Nullable Object reply) {
    return (byte[]) Objects.requireNonNull(reply, "reply");
  }

  static List<?> list(@Nullable Object reply) {
    return (List<?>) Objects.requireNonNull(reply, "reply");
  }

  /** A reply of names and values by turns. */
  static Map<String, @Nullable Object> fields(@Nullable Object reply) {
    List<?> flat = list(reply);
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      fields.put(RedisText.of(bytes(flat.get(i))), flat.get(i + 1));
    }
    return fields;
  }
}
