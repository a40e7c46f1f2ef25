package dev.syncline.testkit;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The transaction that a writer has open, if any; closed from any thread. */
final class CurrentTransaction implements AutoCloseable {

  private final MemoryTarget target;
  private final OneUser user;
  private volatile @Nullable TargetTransaction transaction;

  /** What is done in a transaction. */
  @FunctionalInterface
  interface Work {
    void run(TargetTransaction transaction) throws InterruptedException;
  }

  CurrentTransaction(MemoryTarget target, OneUser user) {
    this.target = target;
    this.user = user;
  }

  /** Works in the open transaction, or in a new one, which an exception rolls back. */
  void use(Supplier<TargetTransaction> begin, Work work) throws InterruptedException {
    target.locked(
        () -> {
          user.checkOpen();
          TargetTransaction open = transaction;
          if (open == null) {
            open = begin.get();
            transaction = open;
          }
          try {
            work.run(open);
          } catch (RuntimeException | InterruptedException e) {
            rollBack();
            throw e;
          }
          return open;
        });
  }

  /** Commits; the target is locked. */
  void commit() {
    TargetTransaction open = transaction;
    if (open != null) {
      transaction = null;
      target.commit(open);
    }
  }

  private void rollBack() {
    TargetTransaction open = transaction;
    if (open != null) {
      transaction = null;
      target.rollBack(open);
    }
  }

  @Override
  public void close() {
    user.close();
    target.whileLocked(this::rollBack);
  }
}
