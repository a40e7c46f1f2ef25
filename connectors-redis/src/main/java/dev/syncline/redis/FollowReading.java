package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionPart;
import dev.syncline.redis.DoubtfulCommands.Coming;
import dev.syncline.redis.DoubtfulCommands.Late;
import dev.syncline.redis.RedisPosition.Doubt;
import dev.syncline.redis.RedisPosition.Following;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads the commands of a stream. Whatever has come is one transaction, which ends between two
 * commands and in no unit of MULTI and EXEC: there the source had what the target then has. Owned
 * by the thread that reads; may be closed from any.
 */
final class FollowReading implements AutoCloseable {

  private static final int MOST_CHANGES = 1_000;
  private static final long MOST_BYTES = 256 << 10;

  /** A unit of MULTI and EXEC that is larger comes in parts. */
  private static final long MOST_UNIT_BYTES = 1 << 20;

  /** After so many bytes it ends as well, whether they were about selected keys or not. */
  private static final long MOST_UNSELECTED_BYTES = 4 << 20;

  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** How long to wait for commands while keys are still to be settled. */
  private static final Duration SOON = Duration.ofMillis(100);

  private final StreamScope scope;
  private final StreamReceiver receiver;
  private final RespReader in;
  private final Clock clock;
  private final Optional<Heartbeat> heartbeat;
  private final CommandReader commands;
  private final HeldKeys held = new HeldKeys();
  private final Settling settling;
  private final SlotWatch slots;
  private final DoubtfulKeys doubtful;
  private final UnwrittenKeys unwritten;
  private final DoubtfulCommands doubts;
  private final KeyRepair repair;
  private final CopyDemand demand;
  private final StreamDelay delay;
  private final AskedAcknowledgement asked = new AskedAcknowledgement();
  private final StreamEnd end;

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

  /** Whether keys may expire at the target by their true times. */
  private boolean expires;

  /** Whether the target may have what comes up to the goal. */
  private boolean repeated;

  /** Up to where an earlier reader has handed on what is read again for the keys in doubt. */
  private long handedOn;

  /** Whether it is known which offset of the history the stream began at. */
  private boolean proven;

  private boolean told;

  /** Whether keys were in doubt at the position that was handed on last. */
  private boolean toldDoubt;

  /** Whether commands were read since keys were settled. */
  private boolean hasRead;

  // What is being put together.
  private List<KeyChange> changes = new ArrayList<>();
  private long bytes;
  private RedisPosition before = RedisPosition.BEGIN;

  /** Reads the stream of a receiver; {@code side} is a connection to the same server. */
  FollowReading(
      RedisSourceSettings settings,
      StreamScope scope,
      StreamReceiver receiver,
      RespConnection side,
      Optional<Heartbeat> heartbeat) {
    this.scope = scope;
    this.receiver = receiver;
    this.end = new StreamEnd(receiver);
    this.in = new RespReader(receiver.commands().input());
    this.clock = settings.clock();
    this.heartbeat = heartbeat;
    RedisVersion version = RedisInfo.of(side).version();
    this.commands = new CommandReader(scope, version, settings.unknown(), expiries());
    this.settling = new Settling(side, version, scope.keys(), held);
    this.slots = new SlotWatch(scope, side);
    this.doubtful = new DoubtfulKeys(settings.spool());
    this.unwritten = new UnwrittenKeys(doubtful);
    this.doubts = new DoubtfulCommands(doubtful, unwritten, scope);
    this.demand = new CopyDemand(scope, side.address());
    this.delay = new StreamDelay(receiver.times(), clock, heartbeat);
    this.repair = new KeyRepair(side, version, scope, doubtful);
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
  void goOn(RedisPosition from, long serverStands, boolean behindCopy) {
    Following place = (Following) from.place();
    attempt = from.attempt();
    replication = place.replication();
    base = place.readFrom();
    database = place.doubt().map(Doubt::database).orElse(place.database());
    handedOn = place.offset();
    goal = serverStands;
    resumed = place.settled();
    expires = !behindCopy;
    repeated = scope.repeats() && !behindCopy;
    proven = !replication.equals(Following.NO_HISTORY);
  }

  HeldKeys held() {
    return held;
  }

  /** Notes that everything up to a position of this stream is at the target. */
  void written(RedisPosition position) {
    if (position.place() instanceof Following place) {
      unwritten.written(place.offset(), clock.millis());
    }
  }

  /** Notes that everything up to a position of this stream is safe. */
  void acknowledged(RedisPosition position) {
    demand.acknowledged(position);
    asked.acknowledged(((Following) position.place()).readFrom());
  }

  StreamEnd streamEnd() {
    return end;
  }

  /** Whether the source waits to be told that what has come is safe, or a copy waits for that. */
  boolean awaitsAcknowledgement() {
    return asked.isOpen() || demand.isMade();
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
    return stands(settled, doubtful.since().or(unwritten::since));
  }

  private RedisPosition stands(boolean settled, Optional<Doubt> doubt) {
    return new RedisPosition(
        attempt, new Following(replication, base + in.taken(), database, settled, doubt));
  }

  ChangeBatch<KeyChange> poll(Duration maxWait) throws InterruptedException {
    if (base + in.taken() < handedOn) {
      return again(maxWait);
    }
    unwritten.look(clock.millis());
    if (repair.failure().isPresent() && live && !inUnit && mayCopy()) {
      return demand.poll(repair.failure().get(), stands(), maxWait);
    }
    if (!inUnit) {
      live = live || (proven && base + in.taken() >= goal);
      expires |= live;
      // Commands are read in between: who falls behind while settling settles too early.
      boolean turn = live && !end.isNear() && (hasRead || !hasWaiting());
      if (turn && !settling.isDone() && isCurrent()) {
        return settle();
      }
      if (live && isSettled() && (!told || (toldDoubt && !hasDoubt()))) {
        // Nothing is held, or nothing in doubt any more: that is a position of its own.
        told = true;
        return new ChangeBatch<>(List.of(), Optional.of(end()));
      }
      // One that shuts down takes no heartbeat.
      boolean isPaused = asked.isQuiet() && !hasWaiting();
      if (turn && repair.isDue(unwritten.lags()) && (isPaused || isCurrent())) {
        end.ask(repair::ask);
      }
      if (repair.isAt(base + in.taken())) {
        return repaired();
      }
    }
    if (!in.hasBuffered() && !end.hasCome() && !receiver.commands().await(soon(maxWait))) {
      return ChangeBatch.empty();
    }
    if (!inUnit && !in.hasBuffered() && end.hasCome()) {
      return last();
    }
    try {
      return read();
    } catch (IOException e) {
      throw RedisErrors.lost(receiver.link().address(), e);
    }
  }

  /**
   * Behind the end of the stream. What is written in a moment is not in doubt any more, so that the
   * source need not have it when it comes back.
   */
  private ChangeBatch<KeyChange> last() {
    if (!unwritten.isEmpty()) {
      LockSupport.parkNanos(MOMENT_NANOS);
      return ChangeBatch.empty();
    }
    if (toldDoubt && !hasDoubt()) {
      return new ChangeBatch<>(List.of(), Optional.of(end()));
    }
    throw end.failure();
  }

  private boolean isCurrent() {
    return delay.isCurrent(in.taken(), hasWaiting());
  }

  /** A target that lags would lag behind the copy too, and be copied again and again. */
  private boolean mayCopy() {
    return demand.isMade() || (!unwritten.lags() && isCurrent());
  }

  private boolean hasDoubt() {
    return !doubtful.isEmpty() || !unwritten.isEmpty();
  }

  /** Where it stands, to be handed on. */
  private RedisPosition end() {
    toldDoubt = hasDoubt();
    return stands();
  }

  private boolean hasWaiting() {
    return in.hasBuffered() || receiver.commands().hasBytes();
  }

  private Duration soon(Duration maxWait) {
    boolean waits = !settling.isDone() || hasDoubt();
    return live && waits && maxWait.compareTo(SOON) > 0 ? SOON : maxWait;
  }

  private ChangeBatch<KeyChange> settle() {
    hasRead = false;
    RedisPosition from = stands();
    List<KeyChange> times = new ArrayList<>();
    end.ask(() -> times.addAll(settling.next()));
    if (end.isNear()) {
      // Those that were to be settled are not known any more.
      held.addStrayed();
      return ChangeBatch.empty();
    }
    return between(from, times);
  }

  /** The keys in doubt at the place where the source has told them. */
  private ChangeBatch<KeyChange> repaired() {
    hasRead = false;
    RedisPosition from = stands();
    List<KeyChange> values = repair.take();
    return between(from, values);
  }

  /** Changes between two commands of the stream. */
  private ChangeBatch<KeyChange> between(RedisPosition from, List<KeyChange> made) {
    RedisPosition to = end();
    if (made.isEmpty()) {
      return new ChangeBatch<>(List.of(), Optional.of(to));
    }
    long size = HeapBytes.of(made);
    RedisPosition.Transaction transaction = new RedisPosition.Transaction(from);
    return new ChangeBatch<>(
        List.of(new TransactionPart<>(transaction, made, Optional.of(to), clock.instant(), size)),
        Optional.of(to));
  }

  /** Reads what was handed on before, only to know which keys are in doubt. */
  private ChangeBatch<KeyChange> again(Duration maxWait) throws InterruptedException {
    if (!in.hasBuffered() && !receiver.commands().await(maxWait)) {
      return ChangeBatch.empty();
    }
    long from = in.taken();
    try {
      do {
        next();
      } while (base + in.taken() < handedOn
          && in.taken() - from < MOST_UNSELECTED_BYTES
          && hasWaiting());
    } catch (IOException e) {
      throw RedisErrors.lost(receiver.link().address(), e);
    }
    if (base + in.taken() > handedOn || (base + in.taken() == handedOn && inUnit)) {
      throw new SyncException(
          ("The stream of source '%s' has no end of a command at the offset %d, up to which job"
                  + " '%s' has come: it is another one. Start the job anew.")
              .formatted(receiver.link().address(), handedOn, scope.job()));
    }
    return ChangeBatch.empty();
  }

  private ChangeBatch<KeyChange> read() throws IOException, InterruptedException {
    if (!inUnit) {
      // A target that had everything may stand here, which is not known yet after a resume.
      before = stands(true, Optional.empty());
    }
    hasRead = true;
    changes = new ArrayList<>();
    bytes = 0;
    long from = in.taken();
    do {
      next();
    } while (goesOn(in.taken() - from));
    slots.check(before);
    return batch();
  }

  private void next() throws IOException, InterruptedException {
    long offset = base + in.taken();
    byte[][] command = in.command();
    if (command != null) {
      take(command, offset);
    }
    long behind = base + in.taken();
    if (repair.isAt(behind)) {
      List<KeyChange> values = repair.take();
      changes.addAll(values);
      bytes += HeapBytes.of(values);
    }
    repair.passed(behind);
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
    Optional<RedisPosition> end = inUnit ? Optional.empty() : Optional.of(end());
    if (changes.isEmpty() && !inUnit && !isOpen) {
      return new ChangeBatch<>(List.of(), end.map(Position.class::cast));
    }
    isOpen = inUnit;
    TransactionPart<KeyChange> part =
        new TransactionPart<>(
            new RedisPosition.Transaction(before),
            changes,
            end.map(Position.class::cast),
            delay.writtenAt(in.taken()),
            bytes);
    return new ChangeBatch<>(List.of(part), end.map(Position.class::cast));
  }

  private void take(byte[][] command, long offset) throws InterruptedException {
    if (command[0].length <= 8 && control(command)) {
      return;
    }
    asked.changed();
    if (Heartbeat.isOf(command)) {
      Optional<Long> written = heartbeat.flatMap(known -> known.timeIn(command));
      if (written.isPresent()) {
        noteBeat(written.get());
      }
      return;
    }
    boolean isNew = offset >= handedOn;
    List<KeyChange> read = isNew ? read(command) : List.of();
    Optional<Runnable> onFailure = doubts.read(database, command, coming(offset));
    if (!isNew) {
      return;
    }
    slots.see(command, before);
    if (!read.isEmpty()) {
      for (KeyChange change : read) {
        changes.add(
            change instanceof KeyCommand known
                ? onFailure.map(known::allowedToFail).orElse(known)
                : change);
      }
      bytes += HeapBytes.of(command);
    }
  }

  private Coming coming(long offset) {
    Moment moment = delay.moment(in.taken(), live);
    Late late = !expires ? Late.NEVER : moment.held() ? Late.YES : Late.NOT_YET;
    if (repeated && !live) {
      late = Late.AGAIN;
    }
    return new Coming(
        late, moment.executedAtMillis(), new Doubt(offset, database), base + in.taken());
  }

  private List<KeyChange> read(byte[][] command) {
    try {
      return commands.read(database, command, delay.moment(in.taken(), live));
    } catch (UnsupportedChangeException e) {
      throw new UnsupportedChangeException(
          "Stream '%s' of source '%s' behind %s: %s"
              .formatted(scope.stream(), receiver.link().address(), before, e.getMessage()),
          e);
    }
  }

  private void noteBeat(long written) throws InterruptedException {
    delay.beat(in.taken(), written);
    Optional<Long> offset = heartbeat.isEmpty() ? Optional.empty() : heartbeat.get().come(written);
    if (offset.isPresent() && !proven) {
      base = offset.get() - in.taken();
      replication = receiver.link().start().replication();
      proven = true;
    }
  }

  /** What is about the stream itself; says whether a command is. */
  private boolean control(byte[][] command) {
    switch (new String(command[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT)) {
      case "PING" -> asked.pinged(base + in.taken());
      case "REPLCONF" -> asked.asked(base + in.taken());
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

  @Override
  public void close() {
    doubtful.close();
  }
}
