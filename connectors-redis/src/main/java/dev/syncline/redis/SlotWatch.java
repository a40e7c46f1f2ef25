package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import java.util.Optional;

/**
 * Watches the stream of a master of a cluster for slots that it gives to another one or gets. Keys
 * that move are in both streams, in an order that nobody knows. Owned by the thread that reads.
 */
final class SlotWatch {

  private final StreamScope scope;
  private final RespConnection side;
  private boolean deletes;

  /** Watches a stream; {@code side} is a connection to the same server. */
  SlotWatch(StreamScope scope, RespConnection side) {
    this.scope = scope;
    this.side = side;
  }

  /**
   * Looks at a command.
   *
   * @param behind the position behind which it is
   */
  void see(byte[][] command, RedisPosition behind) {
    if (scope.shard().isEmpty()) {
      return;
    }
    if (Words.is(command[0], "RESTORE-ASKING")) {
      throw moved("a key has come from another master", behind);
    }
    deletes |= Words.is(command[0], "DEL") || Words.is(command[0], "UNLINK");
  }

  /**
   * A master deletes a key that it has given to another one. Whether a DEL is such a one only the
   * master knows, which is asked behind it.
   */
  void check(RedisPosition behind) {
    if (deletes && scope.shard().isPresent()) {
      Optional<String> change = ClusterLayout.changeOf(scope.shard().get(), side);
      if (change.isPresent()) {
        throw moved(change.get(), behind);
      }
    }
    deletes = false;
  }

  private UnsupportedChangeException moved(String what, RedisPosition behind) {
    return new UnsupportedChangeException(
        ("Source '%s' gives slots of stream '%s' to another master, or gets some (%s), behind %s."
                + " Keys that move are in two streams without an order. Wait until the slots have"
                + " moved. %s")
            .formatted(
                side.address(),
                scope.stream(),
                what,
                behind,
                ClusterLayout.startAnew(scope.job())));
  }
}
