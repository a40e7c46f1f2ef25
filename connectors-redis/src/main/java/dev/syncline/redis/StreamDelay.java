package dev.syncline.redis;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * How late the commands of a stream come, as far as that can be known: by when they were received,
 * and by how long heartbeats are on their way. Owned by the thread that reads.
 */
final class StreamDelay {

  /** A command that was received so long ago is one of a reader that is behind. */
  private static final long LATE_MILLIS = 1_000;

  private final ReceiveTimes times;
  private final Clock clock;
  private final Optional<Heartbeat> heartbeat;
  private long lag;
  private Moment moment = new Moment(0, true);

  StreamDelay(ReceiveTimes times, Clock clock, Optional<Heartbeat> heartbeat) {
    this.times = times;
    this.clock = clock;
    this.heartbeat = heartbeat;
  }

  /**
   * Whether the stream has brought everything up to a moment ago. What the source says of a key
   * that it renews soon afterwards would otherwise be over at the target before the renewal comes.
   *
   * @param taken how far it was read
   * @param waiting whether more of it is there
   */
  boolean isCurrent(long taken, boolean waiting) {
    long now = clock.millis();
    boolean late = waiting && now - times.at(taken + 1) > LATE_MILLIS;
    return !late && heartbeat.map(known -> known.hasCome(now)).orElse(true);
  }

  /**
   * When the command that ends there was carried out, and whether expiries are held.
   *
   * @param live whether it came after the reader had caught up
   */
  Moment moment(long taken, boolean live) {
    long received = times.at(taken);
    boolean behind =
        !live
            || clock.millis() - received > LATE_MILLIS
            || !heartbeat.map(known -> known.hasCome(received)).orElse(true);
    if (moment.executedAtMillis() != received || moment.held() != behind) {
      moment = new Moment(received, behind);
    }
    return moment;
  }

  /** Notes that a heartbeat was written at a time. */
  void beat(long taken, long written) {
    lag = Math.max(0, times.at(taken) - written);
  }

  /** About when the source has written what ends there. */
  Instant writtenAt(long taken) {
    return Instant.ofEpochMilli(times.at(taken) - lag);
  }
}
