package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules of a checkpoint store whose content outlives the process, C1 to C9. */
public abstract class DurableCheckpointStoreContract extends CheckpointStoreContract {

  private static final String JOB = "shop";

  /** For subclasses. */
  protected DurableCheckpointStoreContract() {}

  /** Another store object over the same content, as another process would make it. */
  protected abstract CheckpointStore reopened();

  /** Damages what is stored for a job, behind the back of the store. */
  protected abstract void damage(String job);

  @Test
  final void c8_showsWhatWasSavedToAnotherProcess() {
    long version = store().save(JOB, new StoredCheckpoint(0, "content"));

    CheckpointStore other = reopened();

    assertThat(other.load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(version, "content")));
    other.save(JOB, new StoredCheckpoint(version, "later"));
    assertThatThrownBy(() -> store().save(JOB, new StoredCheckpoint(version, "stale")))
        .isInstanceOf(OwnershipLostException.class);
  }

  @Test
  final void c9_refusesDamagedContentAndSaysWhatToDo() {
    long version = store().save(JOB, new StoredCheckpoint(0, "content"));
    store().save("other", new StoredCheckpoint(0, "content"));

    damage(JOB);

    assertThatThrownBy(() -> reopened().load(JOB))
        .isInstanceOf(SyncException.class)
        .isNotInstanceOf(TransientException.class)
        .hasMessageContaining("'" + JOB + "'")
        .hasMessageContaining("damaged");
    assertThatThrownBy(() -> reopened().save(JOB, new StoredCheckpoint(0, "anew")))
        .isInstanceOf(SyncException.class);
    assertThat(version).isPositive();
    assertThat(reopened().load("other")).isPresent();
  }
}
