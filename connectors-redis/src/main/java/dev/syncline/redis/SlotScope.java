package dev.syncline.redis;

import dev.syncline.KeySelection;
import dev.syncline.change.KeyScope;
import java.util.Set;

/** The selected keys of one shard of a cluster. */
final class SlotScope implements KeyScope {

  private final KeySelection selection;
  private final String shard;
  private final boolean[] slots;

  SlotScope(KeySelection selection, String shard) {
    this.selection = selection;
    this.shard = shard;
    this.slots = ClusterLayout.slots(shard);
  }

  /** A cluster has one database. */
  @Override
  public Set<Integer> databases() {
    return Set.of(0);
  }

  @Override
  public boolean isWhole() {
    return false;
  }

  @Override
  public boolean includes(int database, byte[] key) {
    return slots[ClusterSlots.of(key)] && selection.includes(database, key);
  }

  @Override
  public String toString() {
    return selection + " in slots " + shard;
  }
}
