package dev.syncline.testkit.contract;

class MemoryObjectSinkContractTest extends ObjectSinkContract {

  @Override
  protected ObjectSinkFixture fixture() {
    return new MemorySinkFixture();
  }
}
