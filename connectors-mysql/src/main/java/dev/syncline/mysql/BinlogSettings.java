package dev.syncline.mysql;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;

/**
 * How a binlog is read. Immutable.
 *
 * @param endpoint the server, with host and credentials
 * @param serverId the id under which we register as a replica; no other replica of the server may
 *     have it; 1 to 4,294,967,295
 * @param heartbeat how often an idle server gives a sign of life; 1 millisecond to 1 hour; a
 *     connection that is silent for three times as long counts as lost
 * @param queueBytes how much of the log may wait in memory, from 64 KiB on
 * @param threads makes the thread that receives the log
 */
record BinlogSettings(
    MySqlEndpoint endpoint,
    long serverId,
    Duration heartbeat,
    long queueBytes,
    ThreadFactory threads) {
  static final Duration DEFAULT_HEARTBEAT = Duration.ofSeconds(10);
  static final long DEFAULT_QUEUE_BYTES = 16L << 20;

  private static final long MAX_SERVER_ID = 0xFFFF_FFFFL;
  private static final Duration MAX_HEARTBEAT = Duration.ofHours(1);
  private static final long MIN_QUEUE_BYTES = 64L << 10;
  private static final int HASH_BITS = 31;
  private static final int RANDOM_BITS = 12;

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if a value is out of its range or the endpoint has no
   *     credentials
   */
  BinlogSettings {
    Objects.requireNonNull(threads, "threads");
    if (Objects.requireNonNull(endpoint, "endpoint").login().isEmpty()) {
      throw new IllegalArgumentException(
          "The binlog of '" + endpoint + "' needs host, user name and password to be read.");
    }
    if (serverId < 1 || serverId > MAX_SERVER_ID) {
      throw new IllegalArgumentException(
          "The server id must be from 1 to %d, but is %d.".formatted(MAX_SERVER_ID, serverId));
    }
    if (heartbeat.toMillis() < 1 || heartbeat.compareTo(MAX_HEARTBEAT) > 0) {
      throw new IllegalArgumentException(
          "The heartbeat must be from 1 millisecond to %s, but is %s."
              .formatted(MAX_HEARTBEAT, heartbeat));
    }
    if (queueBytes < MIN_QUEUE_BYTES) {
      throw new IllegalArgumentException(
          "The queue must have %d bytes or more, but has %d."
              .formatted(MIN_QUEUE_BYTES, queueBytes));
    }
  }

  /** The settings of a job that sets none: a server id of its own and the defaults. */
  static BinlogSettings of(MySqlEndpoint endpoint, String job, ThreadFactory threads) {
    return new BinlogSettings(
        endpoint,
        serverIdFor(job, RandomGenerator.getDefault()),
        DEFAULT_HEARTBEAT,
        DEFAULT_QUEUE_BYTES,
        threads);
  }

  /** The same for a short look into the log beside the stream, under another server id. */
  BinlogSettings beside() {
    long other = serverId;
    while (other == serverId) {
      other = serverIdFor("beside " + serverId, RandomGenerator.getDefault());
    }
    return new BinlogSettings(endpoint, other, heartbeat, MIN_QUEUE_BYTES, threads);
  }

  /**
   * A server id from 2^31 on that another replica hardly has: 19 bits tell jobs apart, 12 bits
   * instances of one job, since a second one would throw the first one out.
   */
  static long serverIdFor(String job, RandomGenerator random) {
    CRC32 hash = new CRC32();
    hash.update(job.getBytes(StandardCharsets.UTF_8));
    long jobs = 1L << (HASH_BITS - RANDOM_BITS);
    long instances = 1L << RANDOM_BITS;
    long id = (hash.getValue() % jobs) * instances + random.nextLong(instances);
    return Math.min((1L << HASH_BITS) + id, MAX_SERVER_ID - 1);
  }
}
