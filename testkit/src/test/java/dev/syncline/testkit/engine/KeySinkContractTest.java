package dev.syncline.testkit.engine;

import dev.syncline.testkit.contract.KeySinkContract;
import dev.syncline.testkit.contract.KeySinkFixture;
import dev.syncline.testkit.contract.TransactionalKeySinkContract;
import org.junit.jupiter.api.Nested;

/** The contracts of sinks of keys are none of a product: keys in memory pass them. */
class KeySinkContractTest {

  @Nested
  class Sink extends KeySinkContract {
    @Override
    protected KeySinkFixture fixture() {
      return new KeyTargetFixture();
    }
  }

  @Nested
  class TransactionalSink extends TransactionalKeySinkContract {
    @Override
    protected KeySinkFixture fixture() {
      return new KeyTargetFixture();
    }
  }
}
