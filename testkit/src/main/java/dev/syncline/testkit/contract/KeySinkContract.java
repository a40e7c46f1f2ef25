package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.KeySinkTrial.begin;
import static dev.syncline.testkit.contract.KeySinkTrial.beginning;
import static dev.syncline.testkit.contract.KeySinkTrial.databases;
import static dev.syncline.testkit.contract.KeySinkTrial.end;
import static dev.syncline.testkit.contract.KeySinkTrial.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of writing keys, V1 to V9. */
@Timeout(300)
public abstract class KeySinkContract {

  /** Enough that each server of a small cluster has some. */
  private static final int MANY = 40;

  private static final long HOUR = Duration.ofHours(1).toMillis();

  /** By how much later than at the source a sink may let a key expire. */
  private static final long MOST_GRACE = Duration.ofMinutes(1).toMillis();

  private KeySinkFixture fixture;
  private KeySinkTrial trial;
  private int database;

  /** Another database, or the same where there is one only. */
  private int other;

  /** For subclasses. */
  protected KeySinkContract() {}

  /** A target without keys; called once for each test. */
  protected abstract KeySinkFixture fixture();

  @BeforeEach
  final void describe() {
    fixture = fixture();
    trial = new KeySinkTrial(fixture.sink());
    List<Integer> all = fixture.databases();
    database = all.get(0);
    other = all.get(all.size() - 1);
  }

  private Map<String, String> texts() {
    return fixture.texts(database);
  }

  private boolean isOneDatabase() {
    return database == other;
  }

  @Test
  final void v1_hasCarriedOutAllInItsOrderWhenATransactionHasEnded() throws InterruptedException {
    try (TrialJob.Opened<KeyChange> opened = trial.open()) {
      opened.write(
          List.of(
              value(database, "copied", "7"),
              fixture.add(database, "copied", 1),
              fixture.add(database, "counted", 2),
              fixture.delete(database, "counted"),
              fixture.add(database, "counted", 3)));
      assertThat(texts()).isEqualTo(Map.of("copied", "8", "counted", "3"));

      opened.write(List.of(fixture.add(database, "copied", 1), fixture.delete(database, "none")));
      assertThat(texts()).isEqualTo(Map.of("copied", "9", "counted", "3"));
    }
  }

  @Test
  final void v1_writesEachChangeInItsDatabase() throws InterruptedException {
    trial.write(
        value(database, "copied", "a"),
        value(other, "copied there", "b"),
        value(database, "copied too", "c"),
        fixture.add(other, "added there", 1),
        fixture.add(database, "added", 2),
        fixture.add(other, "added there", 1));

    Map<String, String> here = Map.of("copied", "a", "copied too", "c", "added", "2");
    Map<String, String> there = Map.of("copied there", "b", "added there", "2");
    if (isOneDatabase()) {
      assertThat(texts()).containsAllEntriesOf(here).containsAllEntriesOf(there).hasSize(5);
    } else {
      assertThat(texts()).isEqualTo(here);
      assertThat(fixture.texts(other)).isEqualTo(there);
    }
  }

  @Test
  final void v2_replacesWhatAKeyHasAndWhenItExpires() throws InterruptedException {
    long time = System.currentTimeMillis() + HOUR;
    trial.write(
        value(database, "stays", "old", time),
        value(database, "expires", "old"),
        value(database, "expires later", "old", time));

    trial.write(
        value(database, "stays", "new"),
        value(database, "expires", "new", time),
        value(database, "expires later", "new", time + HOUR));

    assertThat(texts().values()).hasSize(3).containsOnly("new");
    assertThat(fixture.expiry(database, "stays")).isEmpty();
    assertThat(fixture.expiry(database, "expires").orElseThrow())
        .isBetween(time, time + MOST_GRACE);
    assertThat(fixture.expiry(database, "expires later").orElseThrow())
        .isBetween(time + HOUR, time + HOUR + MOST_GRACE);
  }

  @Test
  final void v3_leavesBehindACopyWhatHasComeAndAllThatIsOutsideOfItsScope()
      throws InterruptedException {
    for (int i = 0; i < MANY; i++) {
      fixture.put(database, "our " + i, "old");
      fixture.put(database, "their " + i, "old");
    }
    fixture.put(other, "our elsewhere", "old");
    KeyScope ours = beginning("our ", database);

    try (TrialJob.Opened<KeyChange> opened = trial.open()) {
      opened.write(List.of(begin(1, ours)));
      for (int i = MANY / 2; i < 2 * MANY; i++) {
        opened.write(List.of(value(database, "our " + i, Integer.toString(i))));
      }
      opened.write(List.of(end(ours, 2 * MANY - MANY / 2)));
      opened.write(List.of(fixture.add(database, "our " + MANY, 1)));
    }

    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < MANY; i++) {
      expected.put("their " + i, "old");
    }
    for (int i = MANY / 2; i < 2 * MANY; i++) {
      expected.put("our " + i, Integer.toString(i == MANY ? i + 1 : i));
    }
    assertThat(texts()).isEqualTo(expected);
    assertThat(isOneDatabase() || fixture.texts(other).size() == 1).isTrue();
  }

  @Test
  final void v3_leavesBehindACopyOfAllDatabasesNothingElse() throws InterruptedException {
    fixture.put(database, "ghost", "x");
    fixture.put(other, "ghost there", "x");

    trial.write(begin(1, databases()), value(other, "copied", "a"), end(databases(), 1));

    assertThat(fixture.texts(other)).isEqualTo(Map.of("copied", "a"));
    assertThat(isOneDatabase() || texts().isEmpty()).isTrue();
  }

  @Test
  final void v3_countsALargeKeyThatIsBuiltByCommandsAsOneThatHasCome() throws InterruptedException {
    fixture.put(database, "large", "old");
    fixture.put(database, "ghost", "old");
    List<KeyChange> copy = new ArrayList<>(List.of(begin(1, databases(database))));
    copy.addAll(fixture.pieces(database, "large", "all in pieces"));
    copy.add(end(databases(database), 1));

    trial.write(copy.toArray(KeyChange[]::new));

    assertThat(texts()).isEqualTo(Map.of("large", "all in pieces"));
  }

  @Test
  final void v4_forgetsACopyThatBeginsAnew() throws InterruptedException {
    KeyScope all = databases(database);
    try (TrialJob.Opened<KeyChange> opened = trial.open()) {
      opened.write(
          List.of(begin(1, all), value(database, "gone", "x"), value(database, "stays", "x")));
      opened.write(List.of(begin(2, all), value(database, "stays", "y")));
      opened.write(List.of(end(all, 1)));
    }

    assertThat(texts()).isEqualTo(Map.of("stays", "y"));
  }

  @Test
  final void v4_forgetsACopyThatALaterRunBeginsAnew() throws InterruptedException {
    KeyScope all = databases(database);
    trial.write(begin(1, all), value(database, "gone", "x"), value(database, "stays", "x"));

    trial.write(begin(2, all), value(database, "stays", "y"), end(all, 1));

    assertThat(texts()).isEqualTo(Map.of("stays", "y"));
  }

  @Test
  final void v5_flushesDatabasesAndWhatWasWrittenToThemBefore() throws InterruptedException {
    fixture.put(database, "old", "x");
    fixture.put(other, "old there", "x");

    trial.write(
        fixture.add(database, "before", 1),
        new KeyFlush(databases(database)),
        fixture.add(database, "behind", 1));

    assertThat(texts()).isEqualTo(Map.of("behind", "1"));
    assertThat(isOneDatabase() || fixture.texts(other).size() == 1).isTrue();
  }

  @Test
  final void v5_flushesAllDatabases() throws InterruptedException {
    fixture.put(database, "old", "x");
    fixture.put(other, "old there", "x");

    trial.write(new KeyFlush(databases()), value(database, "behind", "x"));

    assertThat(texts()).isEqualTo(Map.of("behind", "x"));
    assertThat(isOneDatabase() || fixture.texts(other).isEmpty()).isTrue();
  }

  @Test
  final void v6_flushesSomeKeysAndLeavesOthersAlone() throws InterruptedException {
    Map<String, String> expected = new TreeMap<>(Map.of("added", "1", "our behind", "1"));
    for (int i = 0; i < MANY; i++) {
      fixture.put(database, "our " + i, "old");
      fixture.put(database, "their " + i, "old");
      expected.put("their " + i, "old");
    }
    fixture.put(other, "our elsewhere", "old");

    trial.write(
        value(database, "our copied", "x"),
        fixture.add(database, "our added", 1),
        fixture.add(database, "added", 1),
        new KeyFlush(beginning("our ", database)),
        fixture.add(database, "our behind", 1));

    assertThat(texts()).isEqualTo(expected);
    assertThat(isOneDatabase() || fixture.texts(other).size() == 1).isTrue();
  }

  @Test
  final void v7_comesToTheSameKeysWhenACopyAndWhatFollowsComesAgain() throws InterruptedException {
    KeyScope all = databases(database);
    List<KeyChange> changes = new ArrayList<>(List.of(begin(1, all), value(database, "n", "1")));
    changes.addAll(fixture.pieces(database, "large", "all in pieces"));
    changes.add(end(all, 2));
    changes.add(fixture.add(database, "n", 1));
    changes.add(fixture.delete(database, "large"));
    trial.write(changes.toArray(KeyChange[]::new));
    Map<String, String> once = texts();

    changes.set(0, begin(2, all));
    trial.write(changes.toArray(KeyChange[]::new));

    assertThat(once).isEqualTo(Map.of("n", "2"));
    assertThat(texts()).isEqualTo(once);
  }

  @Test
  final void v8_namesTheCommandAndTheKeyThatTheTargetRefuses() {
    fixture.put(database, "no number", "secret");
    KeyCommand refused = fixture.add(database, "no number", 4711);

    Throwable thrown = catchThrowable(() -> trial.write(refused));
    assertThat(thrown)
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining(refused.name())
        .hasMessageContaining("'no number'");
    // Logs show the causes as well.
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      assertThat(cause.toString()).doesNotContain("secret").doesNotContain("4711");
    }

    assertThat(texts()).isEqualTo(Map.of("no number", "secret"));
  }

  @Test
  final void v8_goesOnBehindACommandThatMayFail() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    fixture.put(database, "no number", "text");

    trial.write(
        fixture.add(database, "n", 1).allowedToFail(() -> told.addAndGet(100)),
        fixture.add(database, "no number", 1).allowedToFail(told::incrementAndGet),
        fixture.add(database, "n", 1));

    assertThat(told).hasValue(1);
    assertThat(texts()).isEqualTo(Map.of("no number", "text", "n", "2"));
  }

  @Test
  final void v9_closesTwiceAndInAnyState() throws InterruptedException {
    TrialJob.Opened<KeyChange> unused = trial.open();
    unused.close();
    unused.close();

    TrialJob.Opened<KeyChange> used = trial.open();
    used.write(List.of(value(database, "k", "x")));
    used.close();
    used.close();

    assertThat(texts()).isEqualTo(Map.of("k", "x"));
  }
}
