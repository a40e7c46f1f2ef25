package dev.syncline.testkit.contract;

import dev.syncline.testkit.MemoryDatabase;
import java.util.Random;

/** The contract once more while log and visibility of each commit come apart. */
class MemorySplitSnapshotContractTest extends SnapshotContract {

  @Override
  protected SourceFixture fixture() {
    MemoryDatabase database = new MemoryDatabase(1);
    database.splitCommits(new Random(42));
    return new MemorySourceFixture(database);
  }

  @Override
  protected int rounds() {
    return 40;
  }
}
