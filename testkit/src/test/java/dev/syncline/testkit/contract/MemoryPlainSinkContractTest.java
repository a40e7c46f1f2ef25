package dev.syncline.testkit.contract;

class MemoryPlainSinkContractTest extends SinkContract {

  @Override
  protected SinkFixture fixture() {
    return MemorySinkFixture.plain();
  }
}
