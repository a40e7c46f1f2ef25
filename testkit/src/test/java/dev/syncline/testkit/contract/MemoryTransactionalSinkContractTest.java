package dev.syncline.testkit.contract;

class MemoryTransactionalSinkContractTest extends TransactionalSinkContract {

  @Override
  protected SinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
