package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyValue;
import dev.syncline.change.Position;
import dev.syncline.change.StoredValue;
import dev.syncline.change.TransactionPart;
import dev.syncline.redis.RedisPosition.Following;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Reads a stream, and carries it out at a target as a sink does: a transaction as a whole, with the
 * position behind it. Checks that positions never go back.
 */
final class ReaderTap implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(50);

  private final SourceReader<KeyChange> reader;
  private final RespClient target;
  private final List<KeyChange> open = new ArrayList<>();

  /** All that was carried out. */
  final List<KeyChange> changes = new ArrayList<>();

  /** Where the target stands. */
  RedisPosition stands;

  boolean acknowledging = true;

  /** Whether the reader is told what the target has. */
  boolean telling = true;

  private ReaderTap(SourceReader<KeyChange> reader, RedisPosition from, RespClient target) {
    this.reader = reader;
    this.stands = from;
    this.target = target;
  }

  /** A source with the settings that tests need. */
  static RedisSource.Builder source(RedisServer server) {
    RedisSource.Builder builder = RedisSource.builder().host(server.host()).port(server.port());
    server.password().ifPresent(builder::password);
    return builder;
  }

  /** A server of 7.0, which knows all that older sources send. */
  static RedisServer target() {
    return target(RedisRelease.REDIS_7_0);
  }

  /** A server that knows all that a source of a release sends. */
  static RedisServer target(RedisRelease source) {
    return RedisServer.start(source.isFrom(7, 2) ? source : RedisRelease.REDIS_7_0);
  }

  /** Lets a target become equal to a source; returns the place behind all that was read for it. */
  static RedisPosition copy(RedisSource redis, RedisServer source, RedisServer target)
      throws InterruptedException {
    try (ReaderTap tap = open(redis, RedisPosition.BEGIN, target)) {
      tap.untilCaughtUp(source);
      return tap.stands;
    }
  }

  static ReaderTap open(RedisSource source, RedisPosition from, RedisServer target) {
    return open(source, RedisSession.STREAM, from, target);
  }

  static ReaderTap open(RedisSource source, String stream, RedisPosition from, RedisServer target) {
    SourceScope<KeyChange> scope = new SourceScope<>("job", KeySelection.all());
    SourceReader<KeyChange> reader = source.open(scope).openReader(stream, from);
    return new ReaderTap(reader, from, target.connect());
  }

  /** One that reads some keys only. */
  static ReaderTap open(RedisSource source, KeySelection selection, RedisServer target) {
    SourceScope<KeyChange> scope = new SourceScope<>("job", selection);
    SourceReader<KeyChange> reader =
        source.open(scope).openReader(RedisSession.STREAM, RedisPosition.BEGIN);
    return new ReaderTap(reader, RedisPosition.BEGIN, target.connect());
  }

  void poll() throws InterruptedException {
    ChangeBatch<KeyChange> batch = reader.poll(POLL);
    for (TransactionPart<KeyChange> part : batch.parts()) {
      open.addAll(part.changes());
      if (part.end().isPresent()) {
        assertThat(part.end().get().includes(part.transaction()) || isMade(part)).isTrue();
        assertThat(stands.includes(part.transaction())).isFalse();
        open.forEach(this::carryOut);
        changes.addAll(open);
        open.clear();
        moveTo(part.end().get());
      }
    }
    batch.position().ifPresent(this::moveTo);
    if (telling) {
      reader.written(stands);
    }
    if (acknowledging) {
      reader.acknowledge(stands);
    }
  }

  /** Whether a reader has made it, which comes at a place between two commands. */
  private static boolean isMade(TransactionPart<KeyChange> part) {
    return part.changes().stream()
        .allMatch(
            change ->
                change instanceof KeyValue
                    || (change instanceof KeyCommand c
                        && c.name().matches("PEXPIREAT|PERSIST|DEL")));
  }

  private void moveTo(Position position) {
    assertThat(open).isEmpty();
    assertThat(position.compareTo(stands)).as(position + " behind " + stands).isNotNegative();
    stands = (RedisPosition) position;
  }

  private void carryOut(KeyChange change) {
    if (change instanceof CopyBegin) {
      target.command("FLUSHALL");
    } else if (change instanceof KeyValue value) {
      target.select(value.database());
      carryOut(value);
    } else if (change instanceof KeyCommand command) {
      target.select(command.database());
      carryOut(command);
    } else if (change instanceof KeyFlush flush) {
      assertThat(flush.scope().isWhole()).isTrue();
      for (int database : flush.scope().databases()) {
        target.select(database);
        target.command("FLUSHDB");
      }
      if (flush.scope().databases().isEmpty()) {
        target.command("FLUSHALL");
      }
    } else {
      assertThat(change).isInstanceOf(CopyEnd.class);
    }
  }

  private void carryOut(KeyCommand command) {
    try {
      target.command((Object[]) command.arguments());
    } catch (RespClient.ErrorReply e) {
      assertThat(command.onFailure()).as(text(command) + ": " + e.getMessage()).isPresent();
      command.onFailure().get().run();
    }
  }

  private void carryOut(KeyValue value) {
    long expiry = Math.max(0, value.expiresAt());
    if (value.value() instanceof StoredValue.Dump dump) {
      target.command("RESTORE", value.key(), expiry, dump.payload(), "REPLACE", "ABSTTL");
    } else {
      target.command("SET", value.key(), ((StoredValue.Text) value.value()).bytes());
      if (expiry > 0) {
        target.command("PEXPIREAT", value.key(), expiry);
      }
    }
  }

  void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline; stands at " + stands).isLessThan(deadline);
      poll();
    }
  }

  /** Reads for so long. */
  void untilAfter(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    until(() -> System.nanoTime() > end);
  }

  /** Until all that the source has done so far is carried out, and nothing is held. */
  void untilCaughtUp(RedisServer source) throws InterruptedException {
    long offset = Long.parseLong(source.info("replication").get("master_repl_offset"));
    until(() -> stands.isCopied() && place().offset() >= offset);
  }

  /** Until a command was carried out that looks so, as {@code SET a 1}. */
  void untilHas(String command) throws InterruptedException {
    until(() -> texts().contains(command));
  }

  Following place() {
    return (Following) stands.place();
  }

  /** The commands, copies as {@code <begin>} and {@code <end>}. */
  List<String> texts() {
    return changes.stream().map(ReaderTap::text).toList();
  }

  static String text(KeyChange change) {
    if (change instanceof KeyCommand command) {
      return Arrays.stream(command.arguments())
          .map(argument -> new String(argument, StandardCharsets.UTF_8))
          .collect(Collectors.joining(" "));
    }
    if (change instanceof KeyValue value) {
      return "key " + new String(value.key(), StandardCharsets.UTF_8);
    }
    return change instanceof CopyBegin
        ? "<begin>"
        : change instanceof CopyEnd ? "<end>" : "<flush>";
  }

  /** What differs between two servers, besides heartbeats. */
  static List<String> differences(RedisServer source, RedisServer target, Duration tolerance) {
    return RedisState.of(source)
        .ignoring(key -> key.name().startsWith(Heartbeat.PREFIX))
        .differences(RedisState.of(target), tolerance);
  }

  @Override
  public void close() {
    reader.close();
    target.close();
  }
}
