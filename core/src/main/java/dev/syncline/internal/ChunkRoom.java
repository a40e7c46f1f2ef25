package dev.syncline.internal;

/**
 * How many chunks are on their way, and how many bytes of rows. No chunk is begun while there is no
 * room, so that there is as much as there may be, and one chunk of any size for each reader.
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

  /** Waits for room for a chunk and takes it. */
  synchronized void enter() throws InterruptedException {
    while (chunks >= maxChunks || bytes >= maxBytes) {
      wait();
    }
    chunks++;
  }

  /** Notes that rows were read. */
  synchronized void fill(long moreBytes) {
    bytes += moreBytes;
  }

  /** Gives back the room of a chunk with so many bytes of rows. */
  synchronized void leave(long ofBytes) {
    chunks--;
    bytes -= ofBytes;
    notifyAll();
  }
}
