package dev.syncline;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Keeps other threads and other processes out of a directory. Thread-safe. */
final class DirectoryLock {

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  // A file lock belongs to the process, and on POSIX systems closing any channel of the file gives
  // it up. So only one thread of the process may have the file open, whichever store it uses.
  private static final ReentrantLock[] WITHIN_PROCESS =
      IntStream.range(0, 64).mapToObj(i -> new ReentrantLock()).toArray(ReentrantLock[]::new);

  private final Path file;
  private final Duration maxWait;
  private final ReentrantLock withinProcess;

  DirectoryLock(Path directory, Duration maxWait) {
    this.file = directory.resolve("checkpoints.lock");
    this.maxWait = maxWait;
    this.withinProcess =
        WITHIN_PROCESS[Math.floorMod(directory.normalize().hashCode(), WITHIN_PROCESS.length)];
  }

  /** The lock while it is held. */
  final class Held implements AutoCloseable {

    private final FileChannel channel;
    private final FileLock lock;

    private Held(FileChannel channel, FileLock lock) {
      this.channel = channel;
      this.lock = lock;
    }

    /** Makes sure that the lock is there. */
    void check() {
      if (!lock.isValid()) {
        throw new TransientException("The lock '" + file + "' was lost.");
      }
    }

    @Override
    public void close() throws IOException {
      try {
        channel.close();
      } finally {
        withinProcess.unlock();
      }
    }
  }

  /**
   * Waits for the lock.
   *
   * @param purpose what it is needed for, for messages
   * @throws TransientException if others hold it too long, or the thread is interrupted
   */
  Held take(String purpose) throws IOException {
    long deadline = System.nanoTime() + maxWait.toNanos();
    try {
      if (!withinProcess.tryLock(maxWait.toNanos(), TimeUnit.NANOSECONDS)) {
        throw busy(purpose);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Interrupted while waiting to " + purpose + ".", e);
    }
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      return new Held(channel, lock(channel, deadline, purpose));
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      withinProcess.unlock();
      throw e;
    }
  }

  private FileLock lock(FileChannel channel, long deadline, String purpose) throws IOException {
    while (true) {
      FileLock lock = tryLock(channel);
      if (lock != null) {
        return lock;
      }
      if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
        throw busy(purpose);
      }
      // There is no other way to wait for a file lock up to a deadline.
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Another class loader of this process has it.
    }
  }

  private TransientException busy(String purpose) {
    return new TransientException(
        "Cannot %s: another thread or process has held the lock '%s' for %s. See what holds it."
            .formatted(purpose, file, maxWait));
  }
}
