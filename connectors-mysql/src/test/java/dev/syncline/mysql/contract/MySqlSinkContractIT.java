package dev.syncline.mysql.contract;

import dev.syncline.testkit.contract.CascadingSinkContract;
import dev.syncline.testkit.contract.ObjectSinkContract;
import dev.syncline.testkit.contract.ObjectSinkFixture;
import dev.syncline.testkit.contract.ParallelSinkContract;
import dev.syncline.testkit.contract.SinkContract;
import dev.syncline.testkit.contract.SinkFixture;
import dev.syncline.testkit.contract.StructureSinkContract;
import dev.syncline.testkit.contract.TransactionalSinkContract;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import org.junit.jupiter.api.Nested;

/** The MySQL sink keeps the contracts of sinks on each server. */
class MySqlSinkContractIT {

  private static ObjectSinkFixture on(MySqlRelease release) {
    return MySqlSinkFixture.at(MySqlServer.shared(release));
  }

  @Nested
  class SinkOnMySql80 extends SinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class SinkOnMySql57 extends SinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class SinkOnMariaDb extends SinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }

  @Nested
  class TransactionalSinkOnMySql80 extends TransactionalSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class TransactionalSinkOnMySql57 extends TransactionalSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class TransactionalSinkOnMariaDb extends TransactionalSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }

  @Nested
  class ParallelSinkOnMySql80 extends ParallelSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class ParallelSinkOnMySql57 extends ParallelSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class ParallelSinkOnMariaDb extends ParallelSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }

  @Nested
  class StructureSinkOnMySql80 extends StructureSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class StructureSinkOnMySql57 extends StructureSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class StructureSinkOnMariaDb extends StructureSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }

  @Nested
  class CascadingSinkOnMySql80 extends CascadingSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class CascadingSinkOnMySql57 extends CascadingSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class CascadingSinkOnMariaDb extends CascadingSinkContract {
    @Override
    protected SinkFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }

  @Nested
  class ObjectSinkOnMySql80 extends ObjectSinkContract {
    @Override
    protected ObjectSinkFixture fixture() {
      return on(MySqlRelease.MYSQL_8_0);
    }
  }

  @Nested
  class ObjectSinkOnMySql57 extends ObjectSinkContract {
    @Override
    protected ObjectSinkFixture fixture() {
      return on(MySqlRelease.MYSQL_5_7);
    }
  }

  @Nested
  class ObjectSinkOnMariaDb extends ObjectSinkContract {
    @Override
    protected ObjectSinkFixture fixture() {
      return on(MySqlRelease.MARIADB_10_11);
    }
  }
}
