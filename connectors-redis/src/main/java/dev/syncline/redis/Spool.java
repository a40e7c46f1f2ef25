package dev.syncline.redis;

import dev.syncline.SyncException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that one thread receives and another one takes, in memory as far as there is room and in
 * temporary files behind that. So a source is read as fast as it sends, however slow the target is.
 */
final class Spool implements AutoCloseable {

  /** How large a file becomes before the next one is begun; what is taken is deleted by files. */
  private static final long FILE_BYTES = 64L << 20;

  private static final int BLOCK = 1 << 16;

  /** A piece of what was received. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(byte[] bytes, int length) {}

  /** A temporary file. It has no name any more where the system allows that. */
  private static final class Segment {
    final FileChannel channel;
    final @Nullable Path named;
    long written;
    long taken;

    Segment(Path folder) throws IOException {
      Path path = Files.createTempFile(folder, "syncline-", ".spool");
      channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Path left = path;
      try {
        Files.delete(path);
        left = null;
      } catch (IOException e) {
        // Some systems delete no file that is open.
      }
      named = left;
    }

    void delete() {
      try {
        channel.close();
        if (named != null) {
          Files.deleteIfExists(named);
        }
      } catch (IOException e) {
        // Nothing is read from it any more; what stays is a file in the folder of temporary ones.
      }
    }
  }

  private final SpoolLimits limits;
  private final Deque<Block> memory = new ArrayDeque<>();
  private final Deque<Segment> files = new ArrayDeque<>();
  private long memoryBytes;
  private long fileBytes;
  private boolean ended;
  private boolean closed;
  private @Nullable RuntimeException failure;

  Spool(SpoolLimits limits) {
    this.limits = limits;
  }

  /**
   * Adds bytes, which are copied.
   *
   * @param maxWait how long to wait for room
   * @return whether there was room
   */
  synchronized boolean add(byte[] bytes, int from, int length, Duration maxWait)
      throws InterruptedException {
    long deadline = System.nanoTime() + maxWait.toNanos();
    while (!closed && !fitsMemory(length) && !fitsFiles(length)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    if (closed) {
      return true;
    }
    if (fitsMemory(length)) {
      addToMemory(bytes, from, length);
    } else {
      write(bytes, from, length);
    }
    notifyAll();
    return true;
  }

  private boolean fitsMemory(int length) {
    return files.isEmpty() && memoryBytes + length <= limits.memoryBytes();
  }

  private boolean fitsFiles(int length) {
    return fileBytes + length <= limits.fileBytes();
  }

  private void addToMemory(byte[] bytes, int from, int length) {
    Block last = memory.peekLast();
    if (last != null && last.length() + length <= last.bytes().length) {
      memory.removeLast();
      System.arraycopy(bytes, from, last.bytes(), last.length(), length);
      memory.addLast(new Block(last.bytes(), last.length() + length));
    } else {
      byte[] copy = new byte[Math.max(length, Math.min(BLOCK, length * 4))];
      System.arraycopy(bytes, from, copy, 0, length);
      memory.addLast(new Block(copy, length));
    }
    memoryBytes += length;
  }

  private void write(byte[] bytes, int from, int length) {
    try {
      Segment last = files.peekLast();
      if (last == null || last.written >= FILE_BYTES) {
        last = new Segment(limits.folder());
        files.addLast(last);
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
      while (buffer.hasRemaining()) {
        last.written += last.channel.write(buffer, last.written);
      }
      fileBytes += length;
    } catch (IOException e) {
      throw new SyncException(
          ("What the source sends cannot be kept in folder '%s' until the target takes it: %s."
                  + " Make room there, or choose another folder (spoolFolder).")
              .formatted(limits.folder(), e.getMessage()),
          e);
    }
  }

  /** Says that nothing comes any more. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Says that nothing comes any more since receiving has failed; too late behind the end. */
  synchronized void fail(RuntimeException cause) {
    if (!ended && failure == null) {
      failure = cause;
      notifyAll();
    }
  }

  /** Whether something waits, the end or a failure as well. */
  synchronized boolean hasNext() {
    return hasBytes() || ended || failure != null;
  }

  /** Whether receiving has failed and all that came before is taken. */
  synchronized boolean isOver() {
    return failure != null && !hasBytes();
  }

  /** What receiving has failed with, which it has. */
  synchronized RuntimeException failure() {
    return Objects.requireNonNull(failure, "failure");
  }

  /** Whether bytes wait. */
  synchronized boolean hasBytes() {
    return !memory.isEmpty() || !files.isEmpty();
  }

  /** Waits until something waits, or for some time. */
  synchronized boolean await(Duration maxWait) throws InterruptedException {
    long deadline = System.nanoTime() + maxWait.toNanos();
    while (!hasNext()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, left / 1_000_000));
    }
    return true;
  }

  /** How many bytes wait. */
  synchronized long waiting() {
    return memoryBytes + fileBytes;
  }

  /**
   * The bytes, as they are taken. Reading waits for the first byte, ends at {@link #end}, and
   * throws what receiving has failed with once all that came before is taken.
   */
  InputStream input() {
    return new Taken();
  }

  private synchronized int take(byte[] into, int from, int length) throws InterruptedException {
    while (!hasNext() && !closed) {
      wait();
    }
    Block first = memory.pollFirst();
    if (first != null) {
      return take(first, into, from, length);
    }
    Segment file = files.peekFirst();
    if (file != null) {
      return take(file, into, from, length);
    }
    if (failure != null) {
      throw failure;
    }
    return -1;
  }

  private int take(Block block, byte[] into, int from, int length) {
    int count = Math.min(length, block.length());
    System.arraycopy(block.bytes(), 0, into, from, count);
    if (count < block.length()) {
      byte[] rest = new byte[block.length() - count];
      System.arraycopy(block.bytes(), count, rest, 0, rest.length);
      memory.addFirst(new Block(rest, rest.length));
    }
    memoryBytes -= count;
    notifyAll();
    return count;
  }

  private int take(Segment file, byte[] into, int from, int length) {
    try {
      int wanted = (int) Math.min(length, file.written - file.taken);
      int count = file.channel.read(ByteBuffer.wrap(into, from, wanted), file.taken);
      if (count < 0) {
        throw new IOException("A temporary file has become shorter.");
      }
      file.taken += count;
      fileBytes -= count;
      if (file.taken == file.written) {
        files.removeFirst();
        file.delete();
      }
      notifyAll();
      return count;
    } catch (IOException e) {
      throw new SyncException(
          "What was kept in folder '%s' cannot be read: %s."
              .formatted(limits.folder(), e.getMessage()),
          e);
    }
  }

  /** Drops all, from any thread. */
  @Override
  public synchronized void close() {
    closed = true;
    ended = true;
    memory.clear();
    files.forEach(Segment::delete);
    files.clear();
    memoryBytes = 0;
    fileBytes = 0;
    notifyAll();
  }

  /** What is taken. Used by one thread. */
  private final class Taken extends InputStream {

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      try {
        return length == 0 ? 0 : take(into, from, length);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("Interrupted while waiting for the source.", e);
      }
    }
  }
}
