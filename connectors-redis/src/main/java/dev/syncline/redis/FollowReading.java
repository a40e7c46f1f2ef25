package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionPart;
import dev.syncline.redis.RedisPosition.Following;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the commands of a stream. Whatever has come is one transaction, which ends between two
 * commands and in no unit of MULTI and EXEC: there the source had what the target then has. Owned
 * by the thread that reads.
 */
final class FollowReading {

  private static final int MOST_CHANGES = 1_000;
  private static final long MOST_BYTES = 256 << 10;

  /** A unit of MULTI and EXEC that is larger comes in parts. */
  private static final long MOST_UNIT_BYTES = 1 << 20;

  /** About how many bytes of heap a command takes besides its arguments, and each of these. */
  private static final int COMMAND_BYTES = 64;

  private static final int ARGUMENT_BYTES = 24;

  /** After so many bytes it ends as well, whether they were about selected keys or not. */
  private static final long MOST_UNSELECTED_BYTES = 4 << 20;

  /** How long to wait for commands while keys are still to be settled. */
  private static final Duration SOON = Duration.ofMillis(100);

  /** A command that was received so long ago is one of a reader that is behind. */
  private static final long LATE_MILLIS = 1_000;

  private final StreamScope scope;
  private final StreamReceiver receiver;
  private final RespConnection side;
  private final RespReader in;
  private final Clock clock;
  private final Optional<Heartbeat> heartbeat;
  private final CommandReader commands;
  private final HeldKeys held = new HeldKeys();
  private final Settling settling;

  private long attempt;
  private String replication = "";
  private long base;
  private int database;
  private boolean inUnit;

  /** Whether a part of a unit was handed on, the end of which is still to come. */
  private boolean isOpen;

  /** Up to where the server had come when it was asked; what lies before was not received live. */
  private long goal;

  private boolean live;

  /** Whether nothing was held at the place where the stream has gone on. */
  private boolean resumed;

  /** Whether it is known which offset of the history the stream began at. */
  private boolean proven;

  private boolean told;

  /** Whether commands were read since keys were settled. */
  private boolean hasRead;

  private long lag;
  private Moment moment = new Moment(0, true);

  // What is being put together.
  private List<KeyChange> changes = new ArrayList<>();
  private long bytes;
  private RedisPosition before = RedisPosition.BEGIN;
  private boolean deletes;

  /** Reads the stream of a receiver; {@code side} is a connection to the same server. */
  FollowReading(
      RedisSourceSettings settings,
      StreamScope scope,
      StreamReceiver receiver,
      RespConnection side,
      Optional<Heartbeat> heartbeat) {
    this.scope = scope;
    this.receiver = receiver;
    this.side = side;
    this.in = new RespReader(receiver.commands().input());
    this.clock = settings.clock();
    this.heartbeat = heartbeat;
    RedisVersion version = RedisInfo.of(side).version();
    this.commands = new CommandReader(scope, version, settings.unknown(), expiries());
    this.settling = new Settling(side, version, scope.keys(), held);
  }

  private CommandReader.Expiries expiries() {
    return new CommandReader.Expiries() {
      @Override
      public boolean isSettled() {
        return FollowReading.this.isSettled();
      }

      @Override
      public void key(int number, byte[] key) {
        held.add(number, key);
      }

      @Override
      public void all() {
        held.addStrayed();
      }
    };
  }

  /** Goes on behind a position; the server has come to an offset by now. */
  void goOn(RedisPosition from, long serverStands) {
    Following place = (Following) from.place();
    attempt = from.attempt();
    replication = place.replication();
    base = place.offset();
    database = place.database();
    goal = serverStands;
    resumed = place.settled();
    proven = !replication.equals(Following.NO_HISTORY);
  }

  HeldKeys held() {
    return held;
  }

  /**
   * Whether nothing is held, and no command is to come that the source had carried out when it was
   * asked: a RENAME among them may give a key that is held the name of one that was settled.
   */
  private boolean isSettled() {
    return settling.isDone() && base + in.taken() >= settling.answeredAt();
  }

  /** Whether a position is one of this stream behind its copy. */
  boolean isOfThis(RedisPosition position) {
    return position.attempt() == attempt && position.place() instanceof Following;
  }

  private RedisPosition stands() {
    return stands((live || resumed) && isSettled());
  }

  private RedisPosition stands(boolean settled) {
    return new RedisPosition(
        attempt, new Following(replication, base + in.taken(), database, settled));
  }

  ChangeBatch<KeyChange> poll(Duration maxWait) throws InterruptedException {
    if (!inUnit) {
      live = live || (proven && base + in.taken() >= goal);
      // Commands are read in between: who falls behind while settling settles too early.
      boolean turn = hasRead || !hasWaiting();
      if (live && turn && !settling.isDone() && isCurrent()) {
        return settle();
      }
      if (live && !told && isSettled()) {
        // Nothing is held: that is a position of its own.
        told = true;
        return new ChangeBatch<>(List.of(), Optional.of(stands()));
      }
    }
    if (!in.hasBuffered() && !receiver.commands().await(untilSettling(maxWait))) {
      return ChangeBatch.empty();
    }
    try {
      return read();
    } catch (IOException e) {
      throw RedisErrors.lost(receiver.link().address(), e);
    }
  }

  private boolean hasWaiting() {
    return in.hasBuffered() || receiver.commands().hasNext();
  }

  /**
   * Whether the stream has brought everything up to a moment ago. What the source says of a key
   * that it renews soon afterwards would otherwise be over at the target before the renewal comes.
   */
  private boolean isCurrent() {
    long now = clock.millis();
    boolean late = hasWaiting() && now - receiver.times().at(in.taken() + 1) > LATE_MILLIS;
    return !late && heartbeat.map(known -> known.hasCome(now)).orElse(true);
  }

  private Duration untilSettling(Duration maxWait) {
    boolean soon = live && !settling.isDone() && maxWait.compareTo(SOON) > 0;
    return soon ? SOON : maxWait;
  }

  private ChangeBatch<KeyChange> settle() {
    hasRead = false;
    RedisPosition from = stands();
    List<KeyChange> times = settling.next();
    RedisPosition to = stands();
    if (times.isEmpty()) {
      return new ChangeBatch<>(List.of(), Optional.of(to));
    }
    long size = times.size() * (long) (COMMAND_BYTES + 3 * ARGUMENT_BYTES);
    return new ChangeBatch<>(
        List.of(
            new TransactionPart<>(
                new RedisPosition.Transaction(from),
                times,
                Optional.of(to),
                clock.instant(),
                size)),
        Optional.of(to));
  }

  private ChangeBatch<KeyChange> read() throws IOException {
    if (!inUnit) {
      // A target that had everything may stand here, which is not known yet after a resume.
      before = stands(true);
    }
    hasRead = true;
    changes = new ArrayList<>();
    bytes = 0;
    deletes = false;
    long from = in.taken();
    do {
      byte[][] command = in.command();
      if (command != null) {
        take(command);
      }
    } while (goesOn(in.taken() - from));
    checkSlots();
    return batch();
  }

  /** What was taken counts as well: a stream of which nothing is selected never ends, either. */
  private boolean goesOn(long taken) {
    if (inUnit) {
      return bytes < MOST_UNIT_BYTES && taken < MOST_UNSELECTED_BYTES;
    }
    return changes.size() < MOST_CHANGES
        && bytes < MOST_BYTES
        && taken < MOST_UNSELECTED_BYTES
        && hasWaiting();
  }

  private ChangeBatch<KeyChange> batch() {
    Optional<RedisPosition> end = inUnit ? Optional.empty() : Optional.of(stands());
    if (changes.isEmpty() && !inUnit && !isOpen) {
      return new ChangeBatch<>(List.of(), end.map(Position.class::cast));
    }
    isOpen = inUnit;
    long at = receiver.times().at(in.taken()) - lag;
    TransactionPart<KeyChange> part =
        new TransactionPart<>(
            new RedisPosition.Transaction(before),
            changes,
            end.map(Position.class::cast),
            Instant.ofEpochMilli(at),
            bytes);
    return new ChangeBatch<>(List.of(part), end.map(Position.class::cast));
  }

  private void take(byte[][] command) {
    if (command[0].length <= 8 && control(command)) {
      return;
    }
    if (Heartbeat.isOf(command)) {
      heartbeat.ifPresent(known -> known.timeIn(command).ifPresent(this::noteBeat));
      return;
    }
    if (scope.shard().isPresent()) {
      watchSlots(command);
    }
    List<KeyChange> read = read(command);
    if (!read.isEmpty()) {
      changes.addAll(read);
      bytes += COMMAND_BYTES;
      for (byte[] argument : command) {
        bytes += ARGUMENT_BYTES + argument.length;
      }
    }
  }

  private List<KeyChange> read(byte[][] command) {
    try {
      return commands.read(database, command, moment());
    } catch (UnsupportedChangeException e) {
      throw new UnsupportedChangeException(
          "Stream '%s' of source '%s' behind %s: %s"
              .formatted(scope.stream(), receiver.link().address(), before, e.getMessage()),
          e);
    }
  }

  /** When the command at hand was carried out, and whether expiries are held. */
  private Moment moment() {
    long received = receiver.times().at(in.taken());
    boolean behind =
        !live
            || clock.millis() - received > LATE_MILLIS
            || !heartbeat.map(known -> known.hasCome(received)).orElse(true);
    if (moment.executedAtMillis() != received || moment.held() != behind) {
      moment = new Moment(received, behind);
    }
    return moment;
  }

  private void noteBeat(long written) {
    lag = Math.max(0, receiver.times().at(in.taken()) - written);
    heartbeat
        .flatMap(known -> known.come(written))
        .filter(offset -> !proven)
        .ifPresent(
            offset -> {
              base = offset - in.taken();
              replication = receiver.link().start().replication();
              proven = true;
            });
  }

  /** What is about the stream itself; says whether a command is. */
  private boolean control(byte[][] command) {
    switch (new String(command[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT)) {
      case "PING", "REPLCONF" -> {}
      case "SELECT" ->
          database = Integer.parseInt(new String(command[1], StandardCharsets.US_ASCII));
      case "MULTI" -> inUnit = true;
      case "EXEC" -> inUnit = false;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Keys that come from another master are in both streams, in an order that nobody knows. */
  private void watchSlots(byte[][] command) {
    String name = new String(command[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
    if (name.equals("RESTORE-ASKING")) {
      throw moved("a key has come from another master");
    }
    deletes |= name.equals("DEL") || name.equals("UNLINK");
  }

  /**
   * A master deletes a key that it has given to another one. Whether a DEL is such a one only the
   * master knows, which is asked behind it.
   */
  private void checkSlots() {
    if (deletes && scope.shard().isPresent()) {
      @Nullable String change = ClusterLayout.changeOf(scope.shard().get(), side).orElse(null);
      if (change != null) {
        throw moved(change);
      }
    }
  }

  private UnsupportedChangeException moved(String what) {
    return new UnsupportedChangeException(
        ("Source '%s' gives slots of stream '%s' to another master, or gets some (%s), behind %s."
                + " Keys that move are in two streams without an order. When the slots have moved,"
                + " delete the checkpoint of job '%s' and what it has recorded at the target, and"
                + " start it anew, replacing what is there.")
            .formatted(receiver.link().address(), scope.stream(), what, before, scope.job()));
  }
}
