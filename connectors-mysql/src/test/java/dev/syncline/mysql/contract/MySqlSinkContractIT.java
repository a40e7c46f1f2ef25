package dev.syncline.mysql.contract;

import dev.syncline.mysql.Feature;
import dev.syncline.testkit.contract.CascadingSinkContract;
import dev.syncline.testkit.contract.ColumnwiseSinkContract;
import dev.syncline.testkit.contract.ObjectSinkContract;
import dev.syncline.testkit.contract.ObjectSinkFixture;
import dev.syncline.testkit.contract.ParallelSinkContract;
import dev.syncline.testkit.contract.SchemaSinkContract;
import dev.syncline.testkit.contract.SchemaSinkFixture;
import dev.syncline.testkit.contract.SinkContract;
import dev.syncline.testkit.contract.SinkFixture;
import dev.syncline.testkit.contract.StructureSinkContract;
import dev.syncline.testkit.contract.TransactionalSinkContract;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The MySQL sink keeps the contracts of sinks on each server. */
@ParameterizedClass
@EachRelease
class MySqlSinkContractIT {

  private static @Nullable MySqlServer withNativeKeys;

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) {
    if (Feature.CASCADES_IN_LOG.isIn(release)) {
      withNativeKeys =
          MySqlServer.builder(release).option("innodb_native_foreign_keys", "ON").start();
    }
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    if (withNativeKeys != null) {
      withNativeKeys.close();
      withNativeKeys = null;
    }
  }

  @Nested
  class Sink extends SinkContract {
    @Override
    protected SinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }

  @Nested
  class TransactionalSink extends TransactionalSinkContract {
    @Override
    protected SinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }

  @Nested
  class ParallelSink extends ParallelSinkContract {
    @Override
    protected SinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }

  @Nested
  class StructureSink extends StructureSinkContract {
    @Override
    protected SinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }

  /** Where a server lets not all keys act by itself, one that is told to. */
  @Nested
  class CascadingSink extends CascadingSinkContract {
    @Override
    protected SinkFixture fixture() {
      return MySqlSinkFixture.at(
          withNativeKeys == null ? MySqlServer.shared(release) : withNativeKeys);
    }
  }

  @Nested
  class ColumnwiseSink extends ColumnwiseSinkContract {
    @Override
    protected SinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }

  @Nested
  class ObjectSink extends ObjectSinkContract {
    @Override
    protected ObjectSinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }

  @Nested
  class SchemaSink extends SchemaSinkContract {
    @Override
    protected SchemaSinkFixture fixture() {
      return MySqlSinkFixture.at(MySqlServer.shared(release));
    }
  }
}
