package dev.syncline.testkit.contract;

import dev.syncline.testkit.MemoryDatabase;

class MemorySchemaSourceContractTest extends SchemaSourceContract {

  @Override
  protected SchemaSourceFixture fixture() {
    return new MemorySourceFixture(new MemoryDatabase(1));
  }
}
