package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of one server: its data, temporary files and log. It is deleted on close.
 *
 * <p>Beside it lies a file that the JVM keeps locked. The folder of a JVM that died is recognised
 * by its lock being free, and deleted when the next server starts.
 */
final class RunFolder implements AutoCloseable {
  private static final String LOCK_SUFFIX = ".lock";

  /** Marks the files of this JVM: to open and close one of them again would give its lock back. */
  private static final String OURS = "-" + ProcessHandle.current().pid() + "-";

  private final Path path;
  private final Path lockFile;
  private final FileChannel channel;

  private RunFolder(Path path, Path lockFile, FileChannel channel) {
    this.path = path;
    this.lockFile = lockFile;
    this.channel = channel;
  }

  /** Deletes the folders of dead JVMs, then makes a new one whose name starts with a prefix. */
  static RunFolder create(Path parent, String prefix) throws IOException {
    return FileMutex.holding(
        parent.resolve("mutex"),
        () -> {
          deleteAbandoned(parent);
          Path lockFile = Files.createTempFile(parent, prefix + OURS, LOCK_SUFFIX);
          FileChannel channel = FileMutex.open(lockFile);
          channel.lock();
          return new RunFolder(Files.createDirectory(folderOf(lockFile)), lockFile, channel);
        });
  }

  private static void deleteAbandoned(Path parent) throws IOException {
    try (DirectoryStream<Path> lockFiles = Files.newDirectoryStream(parent, "*" + LOCK_SUFFIX)) {
      for (Path lockFile : lockFiles) {
        if (!lockFile.getFileName().toString().contains(OURS) && isAbandoned(lockFile)) {
          FileTrees.delete(folderOf(lockFile));
          Files.deleteIfExists(lockFile);
        }
      }
    }
  }

  private static boolean isAbandoned(Path lockFile) throws IOException {
    try (FileChannel channel = FileMutex.open(lockFile);
        @Nullable FileLock lock = channel.tryLock()) {
      return lock != null;
    }
  }

  private static Path folderOf(Path lockFile) {
    String name = lockFile.getFileName().toString();
    return lockFile.resolveSibling(name.substring(0, name.length() - LOCK_SUFFIX.length()));
  }

  Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      FileTrees.delete(path);
      Files.deleteIfExists(lockFile);
    }
  }
}
