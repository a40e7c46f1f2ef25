package dev.syncline.redis;

import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import dev.syncline.redis.HeldKeys.Name;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads keys in doubt once more, as a whole, at an exact place of the stream: the source is asked
 * in a MULTI, together with the offset at which it answers. What it says is true between two
 * commands of its stream, so there it is handed on. Owned by the thread that reads.
 */
final class KeyRepair {

  private static final Logger LOG = LoggerFactory.getLogger(KeyRepair.class);

  private static final int MOST_AT_ONCE = 1_000;

  /** The most that is kept of the values of several keys; the others are asked for once more. */
  private static final long MOST_BYTES = 16 << 20;

  /** The longest value of one key. */
  private static final long MOST_BYTES_OF_ONE = 64 << 20;

  /** How often in a row the stream may lack the place at which the source has answered. */
  private static final int MOST_MISSED = 5;

  private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final byte[] DEL = Words.bytes("DEL");

  private final RespConnection source;
  private final boolean tellsTimes;
  private final boolean sharded;
  private final BuildNames names;
  private final DoubtfulKeys keys;

  private int atOnce = 1;
  private long notBefore = System.nanoTime();
  private long askedAt = notBefore - LATER_NANOS;
  private int missed;
  private @Nullable String failure;

  /** Keys that a replica does not show, and when it was asked. */
  private final Map<Name, Long> hidden = new HashMap<>();

  /** What the source has answered, which waits for its places. */
  private final Deque<Answers> answers = new ArrayDeque<>();

  /**
   * The bytes of the values that the last questions have brought, and whether some were too many.
   */
  private long kept;

  private boolean omits;

  /** What was answered at an offset of the stream. */
  private record Answers(long place, List<KeyChange> values, List<Name> names) {}

  /** Asks a source, which has a version, for keys in doubt. */
  KeyRepair(RespConnection source, RedisVersion version, StreamScope scope, DoubtfulKeys keys) {
    this.source = source;
    this.tellsTimes = version.isAtLeast(7, 0);
    this.sharded = scope.shard().isPresent();
    this.names = scope.names();
    this.keys = keys;
  }

  /**
   * Whether the source should be asked.
   *
   * @param slowly whether that can wait: a target that lags should not get values again and again
   */
  boolean isDue(boolean slowly) {
    long now = System.nanoTime();
    boolean soon = slowly && !keys.areMany() && now - askedAt < LATER_NANOS;
    return answers.isEmpty() && failure == null && !keys.isEmpty() && now - notBefore >= 0 && !soon;
  }

  /** Whether its answers are to be handed on at an offset of its stream. */
  boolean isAt(long offset) {
    return !answers.isEmpty() && offset == answers.getFirst().place();
  }

  /** Notes that the stream has been read up to an offset. */
  void passed(long offset) {
    if (!answers.isEmpty() && offset > answers.getFirst().place()) {
      answers.clear();
      missed++;
      if (missed == MOST_MISSED) {
        failure = "their values belong to no place of the stream that could be found";
      }
    }
  }

  /** Why the keys in doubt cannot be read; empty if they can. */
  Optional<String> failure() {
    return keys.areTooMany() ? Optional.of("there are too many") : Optional.ofNullable(failure);
  }

  /** What the source has said, at the place where it did. These keys are not in doubt any more. */
  List<KeyChange> take() {
    long place = answers.getFirst().place();
    List<KeyChange> taken = new ArrayList<>();
    while (isAt(place)) {
      Answers first = answers.removeFirst();
      taken.addAll(first.values());
      first.names().forEach(keys::remove);
    }
    hidden.keySet().removeIf(name -> !keys.contains(name));
    missed = 0;
    LOG.debug("{} keys were read once more from '{}'.", taken.size(), source.address());
    return taken;
  }

  /** Asks for some keys. */
  void ask() {
    List<Name> names = keys.first(atOnce, this::isShown);
    if (names.isEmpty()) {
      notBefore = System.nanoTime() + LATER_NANOS / 10;
      return;
    }
    askedAt = System.nanoTime();
    try {
      exchange(names);
    } catch (IOException e) {
      throw RedisErrors.lost(source.address(), e);
    } catch (RedisReplyException e) {
      answers.clear();
      refused(e);
    }
  }

  private boolean isShown(Name name) {
    Long since = hidden.get(name);
    return since == null || System.nanoTime() - since >= LATER_NANOS;
  }

  private void exchange(List<Name> names) throws IOException, RedisReplyException {
    Collection<List<Name>> units = units(names);
    RespWriter questions = new RespWriter();
    units.forEach(unit -> write(unit, questions));
    source.send(questions);
    kept = 0;
    omits = false;
    RedisReplyException refusal = null;
    for (List<Name> unit : units) {
      try {
        receive(unit, names.size() == 1);
      } catch (RedisReplyException e) {
        // What was asked behind it is answered all the same.
        refusal = e;
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    boolean large = omits || kept > MOST_BYTES / 4;
    atOnce = omits ? 1 : large ? Math.max(1, atOnce / 2) : Math.min(MOST_AT_ONCE, atOnce * 2);
  }

  /** What can be asked for in one MULTI: a cluster takes the keys of one slot only. */
  private Collection<List<Name>> units(List<Name> names) {
    if (!sharded) {
      return List.of(names);
    }
    Map<Integer, List<Name>> bySlot = new LinkedHashMap<>();
    for (Name name : names) {
      int slot = ClusterSlots.of(name.key().array());
      bySlot.computeIfAbsent(slot, number -> new ArrayList<>()).add(name);
    }
    return bySlot.values();
  }

  private void write(List<Name> names, RespWriter questions) {
    questions.add("MULTI").add("INFO", "replication");
    for (Name name : names) {
      byte[] key = name.key().array();
      questions.add("SELECT", name.database());
      if (tellsTimes) {
        questions.add("PEXPIRETIME", key);
      } else {
        questions.add("TIME").add("PTTL", key);
      }
      questions.add("DUMP", key);
    }
    questions.add("EXEC");
  }

  /** How many answers are about a key. */
  private int each() {
    return tellsTimes ? 3 : 4;
  }

  private void receive(List<Name> names, boolean alone) throws IOException, RedisReplyException {
    // Where it is refused, each SELECT may have been carried out, or none.
    source.selected(RespConnection.ANY_DATABASE);
    RedisReplyException refusal = null;
    for (int i = 2 + names.size() * each(); i > 0; i--) {
      if (source.read() instanceof RedisReplyException error) {
        refusal = refusal == null ? error : refusal;
      }
    }
    if (refusal != null) {
      // EXEC has an answer as well.
      Object unused = source.read();
      throw refusal;
    }
    long replies = source.reader().listed();
    if (replies != 1 + (long) names.size() * each()) {
      throw new IOException("EXEC has %d replies for %d keys.".formatted(replies, names.size()));
    }
    RedisInfo info = RedisInfo.parse(RespConnection.textOf(source.read()));
    boolean replica = info.field("role").orElse("").equals("slave");
    Answers unit = new Answers(info.offset(), new ArrayList<>(), new ArrayList<>());
    for (Name name : names) {
      List<@Nullable Object> told = new ArrayList<>();
      for (int i = each(); i > 1; i--) {
        told.add(source.read());
      }
      Object value = source.reader().reply((alone ? MOST_BYTES_OF_ONE : MOST_BYTES) - kept);
      told.add(value);
      for (Object reply : told) {
        refusal = refusal == null && reply instanceof RedisReplyException e ? e : refusal;
      }
      if (value instanceof RespReader.Omitted omitted) {
        omits = true;
        omitted(name, omitted, alone);
      } else if (refusal == null) {
        kept += value instanceof byte[] payload ? payload.length : 0;
        answer(unit, name, told, replica);
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    source.selected(names.get(names.size() - 1).database());
    answers.addLast(unit);
  }

  private void omitted(Name name, RespReader.Omitted omitted, boolean alone) {
    if (alone) {
      failure =
          "the value of key '%s' has %d bytes"
              .formatted(KeyText.of(name.key().array()), omitted.bytes());
    }
  }

  /** Notes what is said of a key: its expiry, if need be by the time of then, and its value. */
  private void answer(Answers unit, Name name, List<@Nullable Object> replies, boolean replica) {
    byte[] key = names.atTarget(name.key().array());
    long expiry = (Long) Objects.requireNonNull(replies.get(replies.size() - 2), "expiry");
    if (replies.get(replies.size() - 1) instanceof byte[] payload) {
      long now = tellsTimes || expiry < 0 ? 0 : Settling.millis((List<?>) time(replies));
      long expiresAt = expiry < 0 ? KeyValue.NEVER : now + expiry;
      unit.values()
          .add(new KeyValue(name.database(), key, new StoredValue.Dump(payload), expiresAt));
    } else if (replica && !hidden.containsKey(name)) {
      // Its master may have renewed it in time, which the replica would learn in a moment.
      hidden.put(name, System.nanoTime());
      return;
    } else {
      unit.values().add(KeyCommand.of(name.database(), new byte[][] {DEL, key}, 1));
    }
    unit.names().add(name);
  }

  private static Object time(List<@Nullable Object> replies) {
    return Objects.requireNonNull(replies.get(1), "TIME");
  }

  private void refused(RedisReplyException error) {
    if (RedisErrors.isPassing(error)) {
      notBefore = System.nanoTime() + LATER_NANOS;
      return;
    }
    failure = "the source refuses to tell them (%s)".formatted(error.getMessage());
  }
}
