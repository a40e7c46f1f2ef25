package dev.syncline.testkit.contract;

import dev.syncline.testkit.MemoryDatabase;

class MemorySnapshotContractTest extends SnapshotContract {

  @Override
  protected SourceFixture fixture() {
    return new MemorySourceFixture(new MemoryDatabase(1));
  }
}
