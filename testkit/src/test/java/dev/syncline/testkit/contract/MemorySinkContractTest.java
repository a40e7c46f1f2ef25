package dev.syncline.testkit.contract;

class MemorySinkContractTest extends SinkContract {

  @Override
  protected SinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
