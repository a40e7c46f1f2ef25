package dev.syncline.internal;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How many chunks are on their way, and how many bytes of rows. A chunk is begun if there is room
 * for what it is expected to hold, or if it is alone: so chunks of large rows go one by one.
 * Whoever comes first enters first, or a large chunk might wait for as long as small ones come.
 * Thread-safe.
 */
final class ChunkRoom {

  private final int maxChunks;
  private final long maxBytes;
  private final Deque<Thread> waiting = new ArrayDeque<>();
  private int chunks;
  private long bytes;

  ChunkRoom(int maxChunks, long maxBytes) {
    this.maxChunks = maxChunks;
    this.maxBytes = maxBytes;
  }

  /** As many bytes as leave no room for another chunk. */
  long all() {
    return maxBytes;
  }

  /** Waits for room for a chunk of about so many bytes and takes it. */
  synchronized void enter(long expectedBytes) throws InterruptedException {
    Thread self = Thread.currentThread();
    waiting.addLast(self);
    try {
      while (waiting.getFirst() != self || isFullFor(expectedBytes)) {
        wait();
      }
      chunks++;
      bytes += expectedBytes;
    } finally {
      waiting.remove(self);
      notifyAll();
    }
  }

  private boolean isFullFor(long expectedBytes) {
    return chunks > 0 && (chunks >= maxChunks || bytes + expectedBytes > maxBytes);
  }

  /** Notes by how much a chunk holds more than was known. */
  synchronized void fill(long moreBytes) {
    bytes += moreBytes;
    notifyAll();
  }

  /** Gives back the room of a chunk that holds so many bytes. */
  synchronized void leave(long ofBytes) {
    chunks--;
    bytes -= ofBytes;
    notifyAll();
  }
}
