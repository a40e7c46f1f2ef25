package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class EventQueueTest {
  private static final long LONG = TimeUnit.SECONDS.toNanos(20);

  private final EventQueue queue = new EventQueue(100);
  private Thread putter = Thread.currentThread();

  @Test
  void givesEventsInOrder() throws Exception {
    RawEvent first = event(10);
    RawEvent second = event(20);
    queue.put(first);
    queue.put(second);

    assertThat(queue.take(LONG)).containsExactly(first, second);
    assertThat(queue.take(0)).isEmpty();
  }

  @Test
  void makesTheReceiverWaitForRoom() throws Exception {
    queue.put(event(30));
    queue.put(event(30));
    queue.put(event(30));
    CompletableFuture<Void> fourth = putLater(event(30));
    awaitWaiting();
    assertThat(fourth).isNotDone();

    assertThat(queue.take(LONG)).hasSize(3);
    awaitWaiting();
    assertThat(fourth).as("what was taken is still there").isNotDone();

    assertThat(queue.take(LONG)).hasSize(1);
    fourth.get();
  }

  @Test
  void takesALargeEventWhenItIsEmpty() throws Exception {
    queue.put(event(100_000));

    assertThat(queue.take(LONG)).hasSize(1);
  }

  @Test
  void tellsAFailureAfterTheEventsThatCameBefore() throws Exception {
    queue.put(event(10));
    queue.fail(new IOException("first"));
    queue.fail(new IOException("second"));
    queue.put(event(10));

    assertThat(queue.failure()).isNull();
    assertThat(queue.take(LONG)).hasSize(1);
    assertThat(queue.take(LONG)).isEmpty();
    assertThat(queue.failure()).hasMessage("first");
  }

  @Test
  void freesBothSidesWhenItIsClosed() throws Exception {
    queue.put(event(80));
    CompletableFuture<Void> put = putLater(event(80));
    awaitWaiting();

    queue.close();

    put.get();
    assertThat(queue.take(LONG)).isEmpty();
    assertThat(queue.isClosed()).isTrue();
  }

  @Test
  void wakesATakerThatWaits() throws Exception {
    CompletableFuture<List<RawEvent>> taken =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return queue.take(LONG);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
            });

    queue.put(event(10));

    assertThat(taken.get()).hasSize(1);
  }

  private CompletableFuture<Void> putLater(RawEvent event) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    putter =
        new Thread(
            () -> {
              try {
                queue.put(event);
                done.complete(null);
              } catch (InterruptedException e) {
                done.completeExceptionally(e);
              }
            });
    putter.setDaemon(true);
    putter.start();
    return done;
  }

  private void awaitWaiting() {
    long deadline = System.nanoTime() + LONG;
    while (putter.getState() != Thread.State.WAITING) {
      assertThat(System.nanoTime()).as("%s", putter.getState()).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  private static RawEvent event(int bytes) {
    return EventBytes.raw(16, 0, 100, new byte[Math.max(0, bytes - RawEvent.HEADER_BYTES)]);
  }
}
