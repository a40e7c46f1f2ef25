package dev.syncline.redis.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.Sink;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.testkit.contract.KeySinkFixture;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Servers of Redis for the contracts of sinks of keys, and their commands. */
record RedisKeys(Sink<KeyChange> sink, List<Integer> databases, List<RedisServer> servers)
    implements KeySinkFixture {

  private static final String OF_JOBS = "syncline:";

  /** The sink of servers that are emptied for it. */
  static RedisKeys emptied(
      Sink<KeyChange> sink, List<Integer> databases, List<RedisServer> servers) {
    servers.forEach(server -> server.command("FLUSHALL"));
    return new RedisKeys(sink, databases, servers);
  }

  @Override
  public Map<String, String> texts(int database) {
    Map<String, String> texts = new TreeMap<>();
    for (RedisServer server : servers) {
      try (RespClient client = server.connect()) {
        client.select(database);
        List<String> keys =
            client.texts("KEYS", "*").stream()
                .map(Objects::requireNonNull)
                .filter(key -> !key.startsWith(OF_JOBS))
                .toList();
        List<?> values = client.pipeline(keys.stream().map(key -> List.of("GET", key)).toList());
        for (int i = 0; i < keys.size(); i++) {
          texts.put(keys.get(i), new String((byte[]) values.get(i), UTF_8));
        }
      }
    }
    return texts;
  }

  @Override
  public OptionalLong expiry(int database, String key) {
    long left = Long.parseLong(ask(database, "PTTL", key));
    // Taken behind the answer, however late that comes, so it says no time that is too early.
    return left < 0 ? OptionalLong.empty() : OptionalLong.of(System.currentTimeMillis() + left);
  }

  @Override
  public void put(int database, String key, String text) {
    String unused = ask(database, "SET", key, text);
  }

  /** Asks the server that has the key: others of a cluster answer that it has moved. */
  private String ask(int database, Object... command) {
    List<String> answers = new ArrayList<>();
    for (RedisServer server : servers) {
      try (RespClient client = server.connect()) {
        client.select(database);
        return String.valueOf(client.text(command));
      } catch (RespClient.ErrorReply e) {
        answers.add(e.getMessage());
      }
    }
    throw new AssertionError("No server has the key: " + answers);
  }

  @Override
  public KeyCommand add(int database, String key, long number) {
    return command(database, "INCRBY", key, Long.toString(number));
  }

  @Override
  public KeyCommand delete(int database, String key) {
    return command(database, "DEL", key);
  }

  @Override
  public List<KeyCommand> pieces(int database, String key, String text) {
    String temporary = "syncline:copy:{" + key + "}";
    return List.of(
        command(database, "DEL", temporary),
        command(database, "APPEND", temporary, text.substring(0, 1)),
        command(database, "APPEND", temporary, text.substring(1)),
        KeyCommand.of(database, bytes("RENAME", temporary, key), 1, 2));
  }

  private static KeyCommand command(int database, String... words) {
    return KeyCommand.of(database, bytes(words), 1);
  }

  private static byte[][] bytes(String... words) {
    return Arrays.stream(words).map(word -> word.getBytes(UTF_8)).toArray(byte[][]::new);
  }
}
