package dev.syncline.redis;

import dev.syncline.change.ChangeBatch;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import dev.syncline.change.TransactionPart;
import dev.syncline.redis.RedisPosition.Copying;
import dev.syncline.redis.RedisPosition.Following;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the copy with which a stream begins. All expiries are held, since the source goes on while
 * its copy is on its way. Owned by the thread that reads.
 */
final class CopyReading {

  private static final int MOST_CHANGES = 2_000;
  private static final long MOST_BYTES = 512 << 10;

  /** About how many bytes of heap a key takes besides its name and value. */
  private static final int KEY_BYTES = 96;

  private static final int ARGUMENT_BYTES = 24;

  private final StreamScope scope;
  private final long attempt;
  private final Spool spool;
  private final ReplicaLink.Start start;
  private final boolean foretold;
  private final Map<Integer, Long> expected;
  private final HeldKeys held;
  private final Clock clock;
  private final RdbReader file;
  private long handedOn;
  private boolean done;

  /**
   * Reads the copy of a receiver.
   *
   * @param info what the source says of itself
   * @param held where keys with an expiry are noted
   */
  CopyReading(
      StreamScope scope, long attempt, StreamReceiver receiver, RedisInfo info, HeldKeys held) {
    this.scope = scope;
    this.attempt = attempt;
    this.spool = receiver.copy();
    this.start = receiver.link().start();
    this.foretold = info.version().foretellsOffsets();
    this.expected = new HashMap<>(info.keys());
    this.expected.keySet().removeIf(number -> !scope.selection().includes(number));
    this.held = held;
    this.clock = receiver.clock();
    this.file = new RdbReader(spool.input(), RdbLimits.DEFAULTS, scope.keys(), scope.names());
  }

  /** Whether all of it was handed on. */
  boolean isDone() {
    return done;
  }

  private RedisPosition stands() {
    return new RedisPosition(attempt, new Copying(handedOn));
  }

  /** Where the stream goes on behind the copy. */
  RedisPosition end() {
    String number = file.auxiliary().getOrDefault("repl-stream-db", "0");
    int database = number.matches("\\d{1,9}") ? Integer.parseInt(number) : 0;
    Following place =
        foretold
            ? new Following(Following.NO_HISTORY, 0, database, false)
            : new Following(start.replication(), start.offset(), database, false);
    return new RedisPosition(attempt, place);
  }

  ChangeBatch<KeyChange> poll(Duration maxWait) throws InterruptedException {
    if (handedOn == 0) {
      return batch(
          List.of(new CopyBegin(scope.stream(), attempt, scope.keys(), expected)), KEY_BYTES);
    }
    if (!spool.await(maxWait)) {
      return ChangeBatch.empty();
    }
    List<KeyChange> changes = new ArrayList<>();
    long bytes = 0;
    while (changes.size() < MOST_CHANGES && bytes < MOST_BYTES && !done) {
      KeyChange change = file.next();
      if (change == null) {
        changes.add(new CopyEnd(scope.stream(), scope.keys(), file.keys()));
        done = true;
      } else {
        changes.add(hold(change));
        bytes += bytes(change);
      }
    }
    return batch(changes, bytes);
  }

  private ChangeBatch<KeyChange> batch(List<KeyChange> changes, long bytes) {
    RedisPosition before = stands();
    handedOn += Math.max(1, changes.size());
    RedisPosition after = done ? end() : stands();
    TransactionPart<KeyChange> part =
        new TransactionPart<>(
            new RedisPosition.Transaction(before),
            changes,
            Optional.of(after),
            clock.instant(),
            bytes);
    return new ChangeBatch<>(List.of(part), Optional.of(after));
  }

  private KeyChange hold(KeyChange change) {
    if (change instanceof KeyValue value && value.expiresAt() != KeyValue.NEVER) {
      held.add(value.database(), value.key());
      return new KeyValue(
          value.database(), value.key(), value.value(), Expiry.at(value.expiresAt(), true));
    }
    if (change instanceof KeyCommand command && command.name().equals("PEXPIREAT")) {
      held.add(command.database(), command.argument(1));
      byte[][] arguments = command.arguments().clone();
      long millis = Long.parseLong(new String(arguments[2], StandardCharsets.US_ASCII));
      arguments[2] = Long.toString(Expiry.at(millis, true)).getBytes(StandardCharsets.US_ASCII);
      return KeyCommand.of(command.database(), arguments, command.keyPlaces());
    }
    return change;
  }

  private static long bytes(KeyChange change) {
    if (change instanceof KeyValue value) {
      int size =
          value.value() instanceof StoredValue.Text text
              ? text.bytes().length
              : ((StoredValue.Dump) value.value()).payload().length;
      return KEY_BYTES + value.key().length + (long) size;
    }
    long bytes = KEY_BYTES;
    if (change instanceof KeyCommand command) {
      for (byte[] argument : command.arguments()) {
        bytes += ARGUMENT_BYTES + argument.length;
      }
    }
    return bytes;
  }
}
