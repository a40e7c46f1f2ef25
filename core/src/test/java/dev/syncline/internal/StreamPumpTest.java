package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SourceReader;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.internal.MergerSource.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamPumpTest {

  private static final int QUEUE_BYTES = 1_000;

  private final BlockingQueue<ChangeBatch<TableChange>> source = new LinkedBlockingQueue<>();
  private final BlockingQueue<Position> acknowledged = new LinkedBlockingQueue<>();
  private final BlockingQueue<Position> written = new LinkedBlockingQueue<>();
  private final Signal signal = new Signal();
  private final StreamPump<TableChange> pump = new StreamPump<>(new Reader(), QUEUE_BYTES, signal);
  private final Thread thread = new Thread(this::run);
  private volatile boolean awaits;
  private volatile @Nullable TransientException failure;
  private volatile @Nullable Throwable endedBy;

  private record Id() implements TransactionId {}

  private final class Reader implements SourceReader<TableChange> {

    @Override
    public ChangeBatch<TableChange> poll(Duration maxWait) throws InterruptedException {
      ChangeBatch<TableChange> next = source.poll(maxWait.toMillis(), TimeUnit.MILLISECONDS);
      TransientException lost = failure;
      if (next == null && lost != null) {
        throw lost;
      }
      return next == null ? ChangeBatch.empty() : next;
    }

    @Override
    public boolean awaitsAcknowledgement() {
      return awaits;
    }

    @Override
    public void acknowledge(Position position) {
      acknowledged.add(position);
    }

    @Override
    public void written(Position position) {
      written.add(position);
    }

    @Override
    public void close() {}
  }

  private void run() {
    try {
      pump.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TransientException e) {
      endedBy = e;
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  private static ChangeBatch<TableChange> changes(int end, long bytes) {
    Position position = new Place(end);
    TransactionPart<TableChange> part =
        new TransactionPart<>(new Id(), List.of(), Optional.of(position), Instant.EPOCH, bytes);
    return new ChangeBatch<>(List.of(part), Optional.of(position));
  }

  private static ChangeBatch<TableChange> position(int end) {
    return new ChangeBatch<>(List.of(), Optional.of(new Place(end)));
  }

  /** Waits until the pump has taken all that there is and asks for more. */
  private void awaitTaken() {
    Await.until(
        "the pump has taken all",
        () -> source.isEmpty() && thread.getState() == Thread.State.TIMED_WAITING);
  }

  @Test
  void handsOnWhatItPulls() {
    source.add(changes(1, 10));
    source.add(changes(2, 10));
    thread.start();
    awaitTaken();

    assertThat(pump.next()).isEqualTo(changes(1, 10));
    assertThat(pump.next()).isEqualTo(changes(2, 10));
    assertThat(pump.next()).isNull();
  }

  @Test
  void pullsNoMoreThanItsQueueHolds() {
    for (int i = 1; i <= 10; i++) {
      source.add(changes(i, QUEUE_BYTES / 2));
    }
    thread.start();
    Await.until(
        "the pump waits",
        () -> source.size() <= 8 && thread.getState() == Thread.State.TIMED_WAITING);

    assertThat(source).hasSize(8);
    pump.next();
    assertThat(source).as("what was handed on is still there").hasSize(8);
    pump.next();
    Await.until("the pump goes on", () -> source.size() == 7);
  }

  @Test
  void givesSignsOfLifeWhileItsQueueIsFull() throws InterruptedException {
    for (int i = 1; i <= 10; i++) {
      source.add(changes(i, QUEUE_BYTES));
    }
    pump.durable(new Place(1));
    thread.start();

    assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(1));
    assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(1));
    assertThat(source).hasSize(9);
  }

  @Test
  void acknowledgesNothingBeforeSomethingIsSafe() throws InterruptedException {
    source.add(changes(1, 10));
    thread.start();

    assertThat(acknowledged.poll(1_500, TimeUnit.MILLISECONDS)).isNull();
    pump.durable(new Place(1));
    assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(1));
  }

  @Test
  void tellsOnceWhatIsWritten() throws InterruptedException {
    pump.written(new Place(1));
    thread.start();
    assertThat(written.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(1));

    for (int i = 1; i <= 10; i++) {
      source.add(changes(i, QUEUE_BYTES));
    }
    pump.written(new Place(1));
    pump.written(new Place(2));
    assertThat(written.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(2));
    Await.until("the queue is full", () -> source.size() == 9);
    pump.written(new Place(3));
    assertThat(written.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(3));
    assertThat(written).isEmpty();
  }

  @Test
  void positionsAloneDoNotPileUp() {
    source.add(changes(1, 10));
    for (int i = 2; i <= 1_000; i++) {
      source.add(position(i));
    }
    thread.start();
    awaitTaken();

    ChangeBatch<TableChange> first = pump.next();
    assertThat(first.parts()).isEqualTo(changes(1, 10).parts());
    assertThat(first.position()).contains(new Place(1_000));
    assertThat(pump.next()).isNull();
  }

  /** A source that has ended may not have it when it comes back. */
  @Test
  void whatWasHandedOnIsSafeBeforeAFailureIsTold() throws InterruptedException {
    source.add(changes(1, 10));
    source.add(position(2));
    thread.start();
    awaitTaken();
    assertThat(pump.next()).isNotNull();
    assertThat(pump.isHurried()).isFalse();
    failure = new TransientException("lost");
    Await.until("the engine is asked to hurry", pump::isHurried);

    pump.durable(new Place(1));
    thread.join(200);
    assertThat(endedBy).isNull();
    pump.durable(new Place(2));

    thread.join(10_000);
    assertThat(endedBy).isEqualTo(failure);
  }

  @Test
  void failsAtOnceIfNobodyFollows() throws InterruptedException {
    source.add(changes(1, 10));
    thread.start();
    awaitTaken();
    failure = new TransientException("lost");

    thread.join(10_000);
    assertThat(endedBy).isEqualTo(failure);
  }

  /** What is in front of the transaction may be committed with its end only, which never comes. */
  @Test
  void failsAtOnceWithinATransaction() throws InterruptedException {
    source.add(position(1));
    source.add(
        new ChangeBatch<>(
            List.of(
                new TransactionPart<>(new Id(), List.of(), Optional.empty(), Instant.EPOCH, 10)),
            Optional.empty()));
    thread.start();
    awaitTaken();
    assertThat(pump.next()).isNotNull();
    failure = new TransientException("lost");

    thread.join(10_000);
    assertThat(endedBy).isEqualTo(failure);
  }

  /** What the source waits for may have been handed on before it began to wait. */
  @Test
  void wakesTheEngineAlthoughTheSourceOnlyWaits() throws InterruptedException {
    awaits = true;
    Thread engine = new Thread(this::awaitSignal);
    engine.start();
    try {
      thread.start();

      Await.until("the engine is woken", () -> !engine.isAlive());
    } finally {
      engine.interrupt();
      engine.join();
    }
  }

  private void awaitSignal() {
    try {
      signal.await(TimeUnit.MINUTES.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void acknowledgesAtOnceWhatTheSourceAwaits() throws InterruptedException {
    awaits = true;
    source.add(position(1));
    thread.start();
    Await.until("the engine is asked to hurry", pump::isHurried);
    List<Long> took = new ArrayList<>();
    for (int i = 1; i <= 5; i++) {
      long begin = System.nanoTime();
      pump.durable(new Place(i));
      assertThat(acknowledged.poll(10, TimeUnit.SECONDS)).isEqualTo(new Place(i));
      took.add(System.nanoTime() - begin);
    }

    // A machine that stands still for a moment makes one of them long.
    Collections.sort(took);
    assertThat(took.get(2)).isLessThan(TimeUnit.MILLISECONDS.toNanos(450));
    awaits = false;
    Await.until("there is no hurry", () -> !pump.isHurried());
  }
}
