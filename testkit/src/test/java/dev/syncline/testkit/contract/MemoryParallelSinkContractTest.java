package dev.syncline.testkit.contract;

class MemoryParallelSinkContractTest extends ParallelSinkContract {

  @Override
  protected SinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
