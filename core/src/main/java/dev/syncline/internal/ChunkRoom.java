package dev.syncline.internal;

/**
 * How many chunks are on their way, and how many bytes of rows. A chunk is begun if there is room
 * for what it is expected to hold, or if it is alone: so chunks of large rows go one by one.
 * Thread-safe.
 */
final class ChunkRoom {

  private final int maxChunks;
  private final long maxBytes;
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
    while (chunks > 0 && (chunks >= maxChunks || bytes + expectedBytes > maxBytes)) {
      wait();
    }
    chunks++;
    bytes += expectedBytes;
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
