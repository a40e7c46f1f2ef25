package dev.syncline.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ThreadFactory;

/**
 * What a source was built with.
 *
 * @param servers where it is
 * @param login how to connect
 * @param silence how long its stream may be silent before it counts as lost
 * @param spool how much of its stream may wait
 * @param unknown what becomes of commands that are not known
 * @param heartbeat whether a heartbeat is written to it
 * @param threads makes the threads that receive
 * @param clock the clock by which commands are received
 */
record RedisSourceSettings(
    RedisServers servers,
    RedisLogin login,
    Duration silence,
    SpoolLimits spool,
    CommandReader.Unknown unknown,
    boolean heartbeat,
    ThreadFactory threads,
    Clock clock) {

  boolean isCluster() {
    return servers instanceof RedisServers.Clustered;
  }
}
