package dev.syncline.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.Sink;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.testkit.contract.KeySinkFixture;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Keys in memory for the contracts of sinks of keys. */
final class KeyTargetFixture implements KeySinkFixture {

  private final KeyTarget target = new KeyTarget();

  @Override
  public Sink<KeyChange> sink() {
    return target;
  }

  @Override
  public List<Integer> databases() {
    return List.of(0, 3);
  }

  @Override
  public Map<String, String> texts(int database) {
    return target.texts(database);
  }

  @Override
  public OptionalLong expiry(int database, String key) {
    long time = target.find(database, key).orElseThrow().expiresAt();
    return time == KeyValue.NEVER ? OptionalLong.empty() : OptionalLong.of(time);
  }

  @Override
  public void put(int database, String key, String text) {
    target.put(database, key, new KeyTarget.Held(text, KeyValue.NEVER));
  }

  @Override
  public KeyCommand add(int database, String key, long number) {
    return command(database, "ADD", key, Long.toString(number));
  }

  @Override
  public KeyCommand delete(int database, String key) {
    return command(database, "DEL", key);
  }

  @Override
  public List<KeyCommand> pieces(int database, String key, String text) {
    return List.of(
        command(database, "DEL", "tmp"),
        command(database, "APPEND", "tmp", text.substring(0, 1)),
        command(database, "APPEND", "tmp", text.substring(1)),
        command(database, "RENAME", "tmp", key));
  }

  private static KeyCommand command(int database, String... words) {
    byte[][] arguments =
        Arrays.stream(words).map(word -> word.getBytes(UTF_8)).toArray(byte[][]::new);
    return words[0].equals("RENAME")
        ? KeyCommand.of(database, arguments, 1, 2)
        : KeyCommand.of(database, arguments, 1);
  }
}
