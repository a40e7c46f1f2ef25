package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.KeySinkTrial.begin;
import static dev.syncline.testkit.contract.KeySinkTrial.databases;
import static dev.syncline.testkit.contract.KeySinkTrial.end;
import static dev.syncline.testkit.contract.KeySinkTrial.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.LaneWriter;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The rules of a sink of keys that keeps a job's progress together with its data: those of {@link
 * ProgressContract}, and V10 to V12.
 */
public abstract class TransactionalKeySinkContract extends ProgressContract<KeyChange> {

  /** Keys named by the numbers, which count how often each was put. */
  private record Keys(KeySinkFixture fixture, int database) implements Numbers<KeyChange> {

    private static final String NAME = "key ";

    @Override
    public TransactionalSink<KeyChange> sink() {
      return (TransactionalSink<KeyChange>) fixture.sink();
    }

    @Override
    public String job() {
      return "keys";
    }

    @Override
    public KeyCommand put(int number) {
      return add(NAME + number);
    }

    @Override
    public KeyCommand take(int number) {
      return fixture.delete(database, NAME + number);
    }

    KeyCommand add(String key) {
      return fixture.add(database, key, 1);
    }

    Map<String, String> texts() {
      return fixture.texts(database);
    }

    @Override
    public List<Integer> found() {
      List<Integer> all = new ArrayList<>();
      texts()
          .forEach(
              (key, times) -> {
                for (int i = 0; i < Integer.parseInt(times); i++) {
                  all.add(Integer.valueOf(key.substring(NAME.length())));
                }
              });
      return all;
    }
  }

  /** For subclasses. */
  protected TransactionalKeySinkContract() {}

  /** A target without keys; called once for each test. */
  protected abstract KeySinkFixture fixture();

  @Override
  final Numbers<KeyChange> describe() {
    KeySinkFixture fixture = fixture();
    return new Keys(fixture, fixture.databases().get(0));
  }

  private Keys keys() {
    return (Keys) numbers();
  }

  private KeyScope whole() {
    return databases(keys().database());
  }

  private KeyChange copied(String key) {
    return value(keys().database(), key, "x");
  }

  private void put(String key) {
    keys().fixture().put(keys().database(), key, "x");
  }

  private Map<String, String> texts() {
    return keys().texts();
  }

  @Test
  final void v10_keepsItsRecordsWhenAllKeysAreDeleted() throws InterruptedException {
    put("old");
    try (LaneWriter<KeyChange> lane = open()) {
      lane.write(List.of(keys().add("n"), new KeyFlush(databases())));
      lane.commit(SECOND);
    }

    assertThat(texts()).isEmpty();
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void v10_keepsItsRecordsWhenACopySweepsAllDatabases() throws InterruptedException {
    put("ghost");
    try (LaneWriter<KeyChange> lane = open()) {
      lane.write(List.of(begin(1, databases()), copied("k"), end(databases(), 1)));
      lane.commit(SECOND);
    }

    assertThat(texts()).isEqualTo(Map.of("k", "x"));
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void v11_hasTheValuesOfACopyWhenThePositionBehindThemIsCommitted()
      throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open()) {
      lane.write(List.of(begin(1, whole()), copied("one")));
      lane.commit(SECOND);
      assertThat(texts()).isEqualTo(Map.of("one", "x"));

      lane.write(List.of(copied("two"), end(whole(), 2)));
      lane.write(List.of(keys().add("n")));
      lane.commit(position(2));
    }

    assertThat(texts()).isEqualTo(Map.of("one", "x", "two", "x", "n", "1"));
    assertThat(takeOverAgain().lanes()).containsExactly(position(2));
  }

  @Test
  final void v12_neverPassesARefusedCommandInSilence() throws InterruptedException {
    put("no number");
    try (LaneWriter<KeyChange> lane = open()) {
      assertThatThrownBy(
              () -> {
                lane.write(List.of(keys().add("n"), keys().add("no number"), keys().add("n")));
                lane.commit(SECOND);
              })
          .isInstanceOf(ChangeRejectedException.class);
    }

    if (texts().containsKey("n")) {
      // The rest of the transaction has happened, and somebody has to look at it.
      assertThat(texts()).containsEntry("n", "2");
      assertThatThrownBy(this::takeOverAgain)
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'no number'");
    } else {
      TargetProgress progress = takeOverAgain();
      assertThat(progress.lanes()).containsExactly(FIRST);
    }
  }
}
