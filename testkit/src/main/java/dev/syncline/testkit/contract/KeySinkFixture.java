package dev.syncline.testkit.contract;

import dev.syncline.Sink;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What the contracts of a sink of keys need of a target, which has no keys at first, and how
 * commands look there. Thread-safe.
 */
public interface KeySinkFixture {

  /** The sink, told to replace keys that the target has; its abilities are those of its type. */
  Sink<KeyChange> sink();

  /** The databases that tests may use: two, or one where a target has no more. */
  List<Integer> databases();

  /**
   * All keys of a database with their texts; numbers as texts, too. Without what belongs to jobs.
   */
  Map<String, String> texts(int database);

  /** When a key expires, in milliseconds since 1970; empty if it does not. */
  OptionalLong expiry(int database, String key);

  /** Lets a key have a text, without the sink. */
  void put(int database, String key, String text);

  /**
   * A command that adds to the number of a key, which is 0 if there is none. It is refused by a key
   * whose text is no number.
   */
  KeyCommand add(int database, String key, long number);

  /** A command that deletes a key. */
  KeyCommand delete(int database, String key);

  /**
   * How a source brings a large text within a copy: commands that build it piece by piece under
   * another name, and give it its own in the end.
   */
  List<KeyCommand> pieces(int database, String key, String text);
}
