package dev.syncline.redis;

import dev.syncline.SourceReader;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import dev.syncline.redis.RedisPosition.Following;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows one server as a replica does: first a copy of its keys, unless the server can go on where
 * the target stands, then its commands.
 */
final class RedisSourceReader implements SourceReader<KeyChange> {

  private static final Logger LOG = LoggerFactory.getLogger(RedisSourceReader.class);

  private static final long SIGN_OF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final StreamReceiver receiver;
  private final RespConnection side;
  private final Optional<Heartbeat> heartbeat;
  private final FollowReading follow;
  private @Nullable CopyReading copy;
  private long askedAt = System.nanoTime();

  private RedisSourceReader(
      StreamReceiver receiver,
      RespConnection side,
      Optional<Heartbeat> heartbeat,
      @Nullable CopyReading copy,
      FollowReading follow) {
    this.receiver = receiver;
    this.side = side;
    this.heartbeat = heartbeat;
    this.copy = copy;
    this.follow = follow;
  }

  /**
   * Connects to a server, which begins to send.
   *
   * @throws TransientException if trying again may succeed
   */
  static RedisSourceReader open(
      RedisSourceSettings settings, StreamScope scope, RedisAddress address, RedisPosition from) {
    Optional<Following> place = place(from);
    RespConnection side = RespConnection.open(address, settings.login());
    ReplicaLink link = null;
    try {
      link = ReplicaLink.open(address, settings.login(), place, settings.silence());
      if (place.isPresent() && !reaches(scope, place.get(), link.start(), side)) {
        link.close();
        link = ReplicaLink.open(address, settings.login(), Optional.empty(), settings.silence());
      }
      StreamReceiver receiver = new StreamReceiver(link, settings.spool(), settings.clock());
      RedisSourceReader reader = reader(settings, scope, from, receiver, side);
      reader.start(
          settings.threads(), "syncline-redis-%s-%s".formatted(scope.job(), scope.stream()));
      link = null;
      RespConnection opened = side;
      side = null;
      LOG.debug("Job '{}' is connected to '{}'.", scope.job(), opened.address());
      return reader;
    } finally {
      if (link != null) {
        link.close();
      }
      if (side != null) {
        side.close();
      }
    }
  }

  private void start(ThreadFactory threads, String name) {
    List<Thread> started = new ArrayList<>();
    started.add(thread(threads, receiver::run, name));
    heartbeat.ifPresent(beats -> started.add(thread(threads, beats::run, name + "-heartbeat")));
    started.forEach(Thread::start);
  }

  private static Thread thread(ThreadFactory threads, Runnable task, String name) {
    Thread thread = threads.newThread(task);
    thread.setName(name);
    return thread;
  }

  private static Optional<Following> place(RedisPosition from) {
    return from.place() instanceof Following following ? Optional.of(following) : Optional.empty();
  }

  /**
   * Whether the history that goes on behind the place that was asked for also has the one up to
   * which the target has come. A server that took over with another id may lack what lies between.
   * How far a target has come that may get changes again is not known.
   */
  private static boolean reaches(
      StreamScope scope, Following place, ReplicaLink.Start start, RespConnection side) {
    if (start.full() || start.replication().equals(place.replication())) {
      return true;
    }
    if (scope.repeats()) {
      return false;
    }
    if (place.doubt().isEmpty()) {
      return true;
    }
    RedisInfo info = RedisInfo.of(side);
    return info.field("master_replid2").orElse("").equals(place.replication())
        && place.offset() < info.number("second_repl_offset").orElse(-1L);
  }

  private static RedisSourceReader reader(
      RedisSourceSettings settings,
      StreamScope scope,
      RedisPosition from,
      StreamReceiver receiver,
      RespConnection side) {
    ReplicaLink.Start start = receiver.link().start();
    RedisInfo info = RedisInfo.of(side);
    boolean proves = start.full() && info.version().foretellsOffsets();
    if (proves && !settings.heartbeat()) {
      throw new SyncException(
          ("Source '%s' is %s, which may name a wrong offset for its copy. Only the heartbeat shows"
                  + " the right one: leave out withoutHeartbeat(), or use Redis 2.8.22, 3.0.4 or"
                  + " later.")
              .formatted(side.address(), info.version()));
    }
    Optional<Heartbeat> heartbeat =
        settings.heartbeat()
            ? Optional.of(new Heartbeat(side.address(), settings, scope, proves))
            : Optional.empty();
    FollowReading follow = new FollowReading(settings, scope, receiver, side, heartbeat);
    if (!start.full()) {
      if (place(from).map(known -> !known.settled()).orElse(false)) {
        follow.held().addStrayed();
      }
      follow.goOn(under(from, start.replication()), info.offset(), false);
      return new RedisSourceReader(receiver, side, heartbeat, null, follow);
    }
    long attempt = from.attempt() + 1;
    if (from.place() instanceof Following) {
      LOG.warn(
          "Source '{}' of job '{}' cannot go on behind {}: it no longer has what comes next, or has"
              + " another history. The job copies all keys once more.",
          side.address(),
          scope.job(),
          from);
    }
    CopyReading copy = new CopyReading(scope, attempt, receiver, info, follow.held());
    return new RedisSourceReader(receiver, side, heartbeat, copy, follow);
  }

  /** A place in a history that has got another id, as by a failover. */
  private static RedisPosition under(RedisPosition from, String replication) {
    return new RedisPosition(from.attempt(), ((Following) from.place()).under(replication));
  }

  @Override
  public ChangeBatch<KeyChange> poll(Duration maxWait) throws InterruptedException {
    try {
      CopyReading copying = copy;
      if (copying == null) {
        heartbeat.ifPresent(beats -> follow.streamEnd().ask(beats::check));
        keepSide();
        return follow.poll(maxWait);
      }
      heartbeat.ifPresent(Heartbeat::check);
      keepSide();
      ChangeBatch<KeyChange> batch = copying.poll(maxWait);
      if (copying.isDone()) {
        copy = null;
        follow.goOn(copying.end(), RedisInfo.of(side).offset(), true);
      }
      return batch;
    } catch (RuntimeException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      throw e;
    }
  }

  /** A source, or what lies between, may end a connection on which nothing is asked for long. */
  private void keepSide() {
    long now = System.nanoTime();
    if (now - askedAt < SIGN_OF_LIFE_NANOS) {
      return;
    }
    askedAt = now;
    Runnable question = () -> side.call("PING");
    if (copy == null) {
      follow.streamEnd().ask(question);
    } else {
      question.run();
    }
  }

  @Override
  public void written(Position position) {
    if (position instanceof RedisPosition known && follow.isOfThis(known)) {
      follow.written(known);
    }
  }

  @Override
  public boolean awaitsAcknowledgement() {
    return follow.awaitsAcknowledgement();
  }

  /** What is read again for keys in doubt the source must still have, so it is not safe yet. */
  @Override
  public void acknowledge(Position position) {
    keepSide();
    boolean safe = position instanceof RedisPosition known && follow.isOfThis(known);
    if (safe) {
      follow.acknowledged((RedisPosition) position);
    }
    receiver.acknowledge(safe ? ((Following) ((RedisPosition) position).place()).readFrom() : 0);
  }

  @Override
  public void close() {
    heartbeat.ifPresent(Heartbeat::close);
    receiver.close();
    side.close();
    follow.close();
  }
}
