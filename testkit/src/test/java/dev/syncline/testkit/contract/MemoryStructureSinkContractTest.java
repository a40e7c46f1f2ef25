package dev.syncline.testkit.contract;

class MemoryStructureSinkContractTest extends StructureSinkContract {

  @Override
  protected SinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
