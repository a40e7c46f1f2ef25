package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ChunkRoomTest {

  private final ChunkRoom room = new ChunkRoom(3, 100);

  @Test
  void limitsTheNumberOfChunks() throws Exception {
    room.enter(0);
    room.enter(0);
    room.enter(0);
    CompletableFuture<Void> fourth = enterLater();
    assertThat(fourth).isNotDone();

    room.leave(0);

    fourth.get();
  }

  @Test
  void beginsNoChunkWhileTheBytesAreUsedUp() throws Exception {
    room.enter(10);
    room.fill(1_000);
    CompletableFuture<Void> second = enterLater();
    assertThat(second).isNotDone();

    room.leave(1_010);

    second.get();
  }

  @Test
  void aChunkThatIsLargerThanTheRoomGoesAlone() throws Exception {
    room.enter(1_000);
    CompletableFuture<Void> second = enterLater();
    assertThat(second).isNotDone();

    room.leave(1_000);

    second.get();
  }

  @Test
  void aLargeChunkDoesNotWaitForSmallOnesThatComeLater() throws Exception {
    room.enter(10);
    CompletableFuture<Void> large = enterLater(room.all());
    CompletableFuture<Void> small = enterLater(10);

    assertThat(small).as("there is room, but it is not its turn").isNotDone();
    room.leave(10);

    large.get();
    assertThat(small).isNotDone();
    room.leave(room.all());
    small.get();
  }

  @Test
  void whoeverIsInterruptedLetsTheNextOneEnter() throws Exception {
    room.enter(10);
    Thread large = new Thread(() -> assertThatThrownBy(() -> room.enter(room.all())));
    large.start();
    Await.until("it waits", () -> large.getState() == Thread.State.WAITING);
    CompletableFuture<Void> small = enterLater(10);

    large.interrupt();

    small.get();
    large.join();
  }

  private CompletableFuture<Void> enterLater() {
    return enterLater(10);
  }

  /** Comes back when the other thread has entered or waits. */
  private CompletableFuture<Void> enterLater(long bytes) {
    CompletableFuture<Void> entered = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                room.enter(bytes);
                entered.complete(null);
              } catch (InterruptedException e) {
                entered.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != Thread.State.WAITING && !entered.isDone()) {
      Thread.onSpinWait();
    }
    return entered;
  }
}
