package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.TransientException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointKeeperTest {

  private final MemoryCheckpointStore store = new MemoryCheckpointStore();
  private boolean losesAnswers;
  private final CheckpointKeeper keeper = new CheckpointKeeper("job", new LossyStore());

  /** A store that may not say what it has done. */
  private final class LossyStore implements CheckpointStore {

    @Override
    public Optional<StoredCheckpoint> load(String job) {
      return store.load(job);
    }

    @Override
    public long save(String job, StoredCheckpoint checkpoint) {
      long version = store.save(job, checkpoint);
      if (losesAnswers) {
        throw new TransientException("The answer was lost.");
      }
      return version;
    }

    @Override
    public void delete(String job, long version) {
      store.delete(job, version);
    }
  }

  private static Checkpoint at(String position) {
    return new Checkpoint(
        "id",
        1,
        Checkpoint.Phase.COPIED,
        new Checkpoint.Decided(Optional.of(Set.of()), Optional.empty(), List.of()),
        Map.of("stream", position),
        List.of(),
        List.of(),
        Map.of(),
        List.of(),
        Map.of());
  }

  @Test
  void savesNothingAfterALostAnswerBeforeItHasLoadedAgain() {
    keeper.load();
    losesAnswers = true;
    assertThatThrownBy(() -> keeper.save(at("1"))).isInstanceOf(TransientException.class);
    losesAnswers = false;

    assertThatThrownBy(() -> keeper.save(at("2"))).isInstanceOf(TransientException.class);

    assertThat(keeper.owns()).isTrue();
    assertThat(keeper.load()).contains(at("1"));
    keeper.save(at("2"));
    assertThat(store.load("job").orElseThrow().content()).contains("2");
  }

  @Test
  void goesOnBehindAnotherInstanceOnlyWithANewStart() {
    keeper.load();
    keeper.save(at("1"));
    CheckpointKeeper other = new CheckpointKeeper("job", store);
    other.load();
    other.save(at("2"));

    assertThat(keeper.owns()).isFalse();
    assertThatThrownBy(keeper::load).isInstanceOf(OwnershipLostException.class);
    keeper.begin();

    assertThat(keeper.load()).contains(at("2"));
  }
}
