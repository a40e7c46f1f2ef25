package dev.syncline.testkit.contract;

class MemoryColumnwiseSinkContractTest extends ColumnwiseSinkContract {

  @Override
  protected SinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
