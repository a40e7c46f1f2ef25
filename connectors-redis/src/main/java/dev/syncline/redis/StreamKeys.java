package dev.syncline.redis;

import dev.syncline.KeySelection;
import dev.syncline.change.KeyScope;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a stream brings: the selected ones, and what the job builds at the target. What
 * other jobs build there is never meant, and no heartbeat is.
 */
final class StreamKeys implements KeyScope {

  private final KeySelection selection;
  private final BuildNames names;
  private final String shard;

  /** Which slots it brings; null if the source is no cluster. */
  private final boolean @Nullable [] slots;

  /** The keys of a stream; {@code shard} names its slots, and is empty if there are none. */
  StreamKeys(KeySelection selection, BuildNames names, String shard) {
    this.selection = selection;
    this.names = names;
    this.shard = shard;
    this.slots = shard.isEmpty() ? null : ClusterLayout.slots(shard);
  }

  /** A cluster has one database. */
  @Override
  public Set<Integer> databases() {
    return slots == null ? selection.databases() : Set.of(0);
  }

  @Override
  public boolean isWhole() {
    return slots == null && selection.isWhole();
  }

  @Override
  public boolean includes(int database, byte[] key) {
    if (slots != null && !slots[ClusterSlots.of(key)]) {
      return false;
    }
    if (BuildNames.isOne(key)) {
      return names.isOwn(key) && selection.includes(database);
    }
    return selection.includes(database, key) && !Heartbeat.isName(key);
  }

  @Override
  public String toString() {
    return slots == null ? selection.toString() : selection + " in slots " + shard;
  }
}
