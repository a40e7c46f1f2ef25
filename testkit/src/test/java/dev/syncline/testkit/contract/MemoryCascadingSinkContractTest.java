package dev.syncline.testkit.contract;

class MemoryCascadingSinkContractTest extends CascadingSinkContract {

  @Override
  protected SinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
