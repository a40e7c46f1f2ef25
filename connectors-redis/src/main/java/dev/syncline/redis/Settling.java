package dev.syncline.redis;

import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyScope;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gives keys that are held at the target the expiry that they have at the source.
 *
 * <p>The source is asked behind everything that was handed on, and what it says is handed on before
 * anything else. So each command that the source has carried out before it answered either lies
 * before the answer or comes behind it and sets the expiry once more. Owned by the thread that
 * reads.
 */
final class Settling {

  private static final int AT_ONCE = 1_000;
  private static final byte[] PEXPIREAT = "PEXPIREAT".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] PERSIST = "PERSIST".getBytes(StandardCharsets.US_ASCII);

  /** What PTTL says of a key without an expiry; of one that is not there it says -2. */
  private static final long NEVER = -1;

  private final RespConnection source;
  private final KeyScope scope;
  private final HeldKeys held;
  private final boolean tellsTimes;

  /** Databases that are still to be looked through, and the cursor in the first of them. */
  private final Deque<Integer> databases = new ArrayDeque<>();

  private String cursor = "0";
  private boolean scanning;

  /** Whether what is looked for may also be keys that must not expire. */
  private boolean strayed;

  /** Where the source stood when it answered last, or a little later. */
  private long answeredAt;

  /** Settles what is held; {@code version} is the source's. */
  Settling(RespConnection source, RedisVersion version, KeyScope scope, HeldKeys held) {
    this.source = source;
    this.scope = scope;
    this.held = held;
    this.tellsTimes = version.isAtLeast(7, 0);
  }

  /** Whether nothing is held any more. */
  boolean isDone() {
    return held.isEmpty() && !scanning;
  }

  /**
   * Up to which offset of the source's stream its answers may be ahead of the commands: it answers
   * for its keys as they are called by now, and one of those commands may be what calls them so.
   */
  long answeredAt() {
    return answeredAt;
  }

  /** The expiry of some keys. May be empty although it is not done. */
  List<KeyChange> next() {
    if (held.areUnknown()) {
      // Whatever is held from now on is known by its name, or will be looked for once more.
      strayed |= held.forgetUnknown();
      beginScan();
    }
    if (!scanning) {
      return times(held.take(AT_ONCE), true);
    }
    List<KeyChange> changes = times(scan(), strayed);
    strayed &= scanning;
    return changes;
  }

  private void beginScan() {
    databases.clear();
    RedisInfo info = RedisInfo.of(source);
    answeredAt = info.offset();
    Map<Integer, Long> wanted = strayed ? info.keys() : info.expiringKeys();
    wanted.forEach(
        (database, keys) -> {
          boolean meant = scope.databases().isEmpty() || scope.databases().contains(database);
          if (meant && keys > 0) {
            databases.add(database);
          }
        });
    cursor = "0";
    scanning = !databases.isEmpty();
  }

  private List<HeldKeys.Name> scan() {
    int database = databases.getFirst();
    source.select(database);
    List<?> reply = source.list("SCAN", cursor, "COUNT", AT_ONCE);
    cursor = RespConnection.textOf(reply.get(0));
    List<HeldKeys.Name> names = new ArrayList<>();
    for (Object key : (List<?>) reply.get(1)) {
      if (key instanceof byte[] name && scope.includes(database, name)) {
        names.add(new HeldKeys.Name(database, ByteBuffer.wrap(name)));
      }
    }
    if (cursor.equals("0")) {
      databases.removeFirst();
      scanning = !databases.isEmpty();
    }
    return names;
  }

  /**
   * The expiry of some keys.
   *
   * @param persists whether to say too which ones never expire: a key that had the name of one of
   *     them may have been asked for, and its expiry given to it
   */
  private List<KeyChange> times(List<HeldKeys.Name> names, boolean persists) {
    List<KeyChange> changes = new ArrayList<>();
    if (names.isEmpty()) {
      return changes;
    }
    RespWriter questions = new RespWriter();
    questions.add("TIME");
    int selected = -1;
    for (HeldKeys.Name name : names) {
      if (selected != name.database()) {
        selected = name.database();
        questions.add("SELECT", selected);
      }
      questions.add(tellsTimes ? "PEXPIRETIME" : "PTTL", name.key().array());
    }
    List<@Nullable Object> replies = source.callAll(questions);
    source.selected(selected);
    answeredAt = RedisInfo.of(source).offset();
    long now = millis((List<?>) Objects.requireNonNull(replies.get(0), "TIME"));
    // What SELECT answers is no number.
    Iterator<@Nullable Object> left = replies.stream().filter(Long.class::isInstance).iterator();
    for (HeldKeys.Name name : names) {
      long answer = (Long) Objects.requireNonNull(left.next(), "expiry");
      if (answer >= 0) {
        changes.add(
            expiry(name.database(), name.key().array(), tellsTimes ? answer : now + answer));
      } else if (answer == NEVER && persists) {
        changes.add(KeyCommand.of(name.database(), new byte[][] {PERSIST, name.key().array()}, 1));
      }
    }
    return changes;
  }

  private static KeyCommand expiry(int database, byte[] key, long millis) {
    byte[] time = Long.toString(millis).getBytes(StandardCharsets.US_ASCII);
    return KeyCommand.of(database, new byte[][] {PEXPIREAT, key, time}, 1);
  }

  /** What TIME answers: seconds, and microseconds within the second. */
  static long millis(List<?> time) {
    return Long.parseLong(RespConnection.textOf(time.get(0))) * 1000
        + Long.parseLong(RespConnection.textOf(time.get(1))) / 1000;
  }
}
