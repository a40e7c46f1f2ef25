package dev.syncline.mysql.contract;

import dev.syncline.testkit.contract.SchemaSourceContract;
import dev.syncline.testkit.contract.SchemaSourceFixture;
import dev.syncline.testkit.contract.SnapshotContract;
import dev.syncline.testkit.contract.SourceContract;
import dev.syncline.testkit.contract.SourceFixture;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The MySQL source keeps the contracts of sources on each server. */
@ParameterizedClass
@EachRelease
class MySqlSourceContractIT {

  @Parameter MySqlRelease release;

  @Nested
  class Source extends SourceContract {
    @Override
    protected SourceFixture fixture() {
      return new MySqlSourceFixture(MySqlServer.shared(release));
    }
  }

  @Nested
  class Schema extends SchemaSourceContract {
    @Override
    protected SchemaSourceFixture fixture() {
      return new MySqlSourceFixture(MySqlServer.shared(release));
    }
  }

  @Nested
  class Snapshot extends SnapshotContract {
    @Override
    protected SourceFixture fixture() {
      return new MySqlSourceFixture(MySqlServer.shared(release));
    }
  }
}
