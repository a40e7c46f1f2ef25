package dev.syncline.testkit.contract;

import dev.syncline.testkit.MemoryDatabase;

class MemorySourceContractTest extends SourceContract {

  @Override
  protected SourceFixture fixture() {
    return new MemorySourceFixture(new MemoryDatabase(1));
  }
}
