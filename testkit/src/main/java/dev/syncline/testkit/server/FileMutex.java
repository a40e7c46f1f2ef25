package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets one thread of one JVM at a time do something in a shared folder.
 *
 * <p>The operating system gives the file's lock back when its holder dies, so a killed build blocks
 * nobody.
 */
final class FileMutex {
  /** A file lock belongs to the whole JVM, so threads have to queue here first. */
  private static final ReentrantLock THIS_JVM = new ReentrantLock();

  private FileMutex() {}

  /** Runs the action while holding the lock on a file, which is created when it is missing. */
  static <T> T holding(Path file, Action<T> action) throws IOException {
    THIS_JVM.lock();
    try (FileChannel channel = open(file);
        FileLock lock = channel.lock()) {
      assert lock.isValid();
      return action.run();
    } finally {
      THIS_JVM.unlock();
    }
  }

  static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  /** What is done under the lock. */
  @FunctionalInterface
  interface Action<T> {
    T run() throws IOException;
  }
}
