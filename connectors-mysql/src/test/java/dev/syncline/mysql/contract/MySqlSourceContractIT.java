package dev.syncline.mysql.contract;

import dev.syncline.testkit.contract.SnapshotContract;
import dev.syncline.testkit.contract.SourceContract;
import dev.syncline.testkit.contract.SourceFixture;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import org.junit.jupiter.api.Nested;

/** The MySQL source keeps the contracts of sources on each server. */
class MySqlSourceContractIT {

  private static SourceFixture on(MySqlRelease release) {
    return new MySqlSourceFixture(MySqlServer.shared(release));
  }

  @Nested
  class SourceOnMySql80 extends SourceContract {
    @Override
    protected SourceFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class SourceOnMySql57 extends SourceContract {
    @Override
    protected SourceFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class SourceOnMariaDb extends SourceContract {
    @Override
    protected SourceFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }

  @Nested
  class SnapshotOnMySql80 extends SnapshotContract {
    @Override
    protected SourceFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class SnapshotOnMySql57 extends SnapshotContract {
    @Override
    protected SourceFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class SnapshotOnMariaDb extends SnapshotContract {
    @Override
    protected SourceFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }
}
