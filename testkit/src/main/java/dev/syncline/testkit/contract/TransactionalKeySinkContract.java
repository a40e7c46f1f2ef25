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
import dev.syncline.change.KeyFlush;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The rules of a sink of keys that keeps a job's progress together with its data: those of {@link
 * ProgressContract}, and V10 to V12.
 */
public abstract class TransactionalKeySinkContract extends ProgressContract<KeyChange> {

  private static final String KEY = "key ";

  private KeySinkFixture fixture;
  private int database;

  /** For subclasses. */
  protected TransactionalKeySinkContract() {}

  /** A target without keys; called once for each test. */
  protected abstract KeySinkFixture fixture();

  @Override
  final Numbers<KeyChange> numbers() {
    fixture = fixture();
    database = fixture.databases().get(0);
    TransactionalSink<KeyChange> sink = (TransactionalSink<KeyChange>) fixture.sink();
    return new Numbers<>() {
      @Override
      public TransactionalSink<KeyChange> sink() {
        return sink;
      }

      @Override
      public String job() {
        return "keys";
      }

      @Override
      public KeyChange put(int number) {
        return fixture.add(database, KEY + number, 1);
      }

      @Override
      public KeyChange take(int number) {
        return fixture.delete(database, KEY + number);
      }

      @Override
      public List<Integer> found() {
        List<Integer> all = new ArrayList<>();
        texts()
            .forEach(
                (key, times) -> {
                  for (int i = 0; i < Integer.parseInt(times); i++) {
                    all.add(Integer.valueOf(key.substring(KEY.length())));
                  }
                });
        return all;
      }
    };
  }

  private Map<String, String> texts() {
    return fixture.texts(database);
  }

  @Test
  final void v10_keepsItsRecordsWhenAllKeysAreDeleted() throws InterruptedException {
    fixture.put(database, "old", "x");
    try (LaneWriter<KeyChange> lane = open()) {
      lane.write(List.of(fixture.add(database, "n", 1), new KeyFlush(databases())));
      lane.commit(SECOND);
    }

    assertThat(texts()).isEmpty();
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void v10_keepsItsRecordsWhenACopySweepsAllDatabases() throws InterruptedException {
    fixture.put(database, "ghost", "x");
    try (LaneWriter<KeyChange> lane = open()) {
      lane.write(List.of(begin(1, databases()), value(database, "k", "x"), end(databases(), 1)));
      lane.commit(SECOND);
    }

    assertThat(texts()).isEqualTo(Map.of("k", "x"));
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void v11_hasTheValuesOfACopyWhenThePositionBehindThemIsCommitted()
      throws InterruptedException {
    try (LaneWriter<KeyChange> lane = open()) {
      lane.write(List.of(begin(1, databases(database)), value(database, "one", "x")));
      lane.commit(SECOND);
      assertThat(texts()).isEqualTo(Map.of("one", "x"));

      lane.write(List.of(value(database, "two", "x"), end(databases(database), 2)));
      lane.write(List.of(fixture.add(database, "n", 1)));
      lane.commit(position(2));
    }

    assertThat(texts()).isEqualTo(Map.of("one", "x", "two", "x", "n", "1"));
    assertThat(takeOverAgain().lanes()).containsExactly(position(2));
  }

  @Test
  final void v12_neverPassesARefusedCommandInSilence() throws InterruptedException {
    fixture.put(database, "no number", "x");
    try (LaneWriter<KeyChange> lane = open()) {
      assertThatThrownBy(
              () -> {
                lane.write(
                    List.of(
                        fixture.add(database, "n", 1),
                        fixture.add(database, "no number", 1),
                        fixture.add(database, "n", 1)));
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
