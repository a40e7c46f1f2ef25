package dev.syncline.redis;

import dev.syncline.KeySelection;
import java.util.Optional;

/**
 * What one stream of a job is about.
 *
 * @param job the name of the job
 * @param stream the name of the stream
 * @param shard the slots that it brings; empty if the source is no cluster
 * @param selection the keys that take part
 * @param repeats whether the target may get again what it has already: it makes the guarantee
 *     {@link dev.syncline.Guarantee#AT_LEAST_ONCE} only
 */
record StreamScope(
    String job, String stream, Optional<String> shard, KeySelection selection, boolean repeats) {

  /** The keys that this stream brings. */
  StreamKeys keys() {
    return new StreamKeys(selection, names(), shard.orElse(""));
  }

  /** The names under which the job builds large values. */
  BuildNames names() {
    return new BuildNames(job);
  }

  /** The name of the heartbeat's key. */
  byte[] heartbeat() {
    String name = Heartbeat.PREFIX + job;
    return shard.isEmpty()
        ? name.getBytes(java.nio.charset.StandardCharsets.UTF_8)
        : ClusterSlots.nameIn(name + ":", ClusterLayout.firstSlot(shard.get()));
  }

  /** The database that the heartbeat is written to. */
  int heartbeatDatabase() {
    return selection.databases().stream().min(Integer::compare).orElse(0);
  }
}
