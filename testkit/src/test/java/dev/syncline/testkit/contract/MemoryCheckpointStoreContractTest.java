package dev.syncline.testkit.contract;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;

class MemoryCheckpointStoreContractTest extends CheckpointStoreContract {

  private final CheckpointStore store = new MemoryCheckpointStore();

  @Override
  protected CheckpointStore store() {
    return store;
  }
}
