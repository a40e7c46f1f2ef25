package dev.syncline;

import dev.syncline.CheckpointFile.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Keeps each checkpoint in a file of its own in one directory. Thread-safe; several processes on
 * one machine may share the directory.
 *
 * <p>A save writes a new file, forces it to the disk and moves it over the old one, so that a crash
 * leaves the old checkpoint or the new one. The one before stays as {@code *.previous} for people
 * to go back to; the store never goes back by itself. Checksums tell damaged files.
 *
 * <p>The directory must be on a file system that moves files atomically and locks them between
 * processes; network file systems often do not.
 */
public final class FileCheckpointStore implements CheckpointStore {

  private static final Duration LOCK_WAIT = Duration.ofSeconds(10);

  private final Path directory;
  private final DirectoryLock lock;

  private FileCheckpointStore(Path directory, Duration lockWait) {
    this.directory = directory;
    this.lock = new DirectoryLock(directory, lockWait);
  }

  /**
   * A store in a directory, which is created if it is missing.
   *
   * @throws SyncException if it cannot be created
   */
  public static FileCheckpointStore at(Path directory) {
    return at(directory, LOCK_WAIT);
  }

  /** A store that waits for other users of the directory as long as it is told. */
  static FileCheckpointStore at(Path directory, Duration lockWait) {
    Path absolute = Objects.requireNonNull(directory, "directory").toAbsolutePath();
    try {
      Files.createDirectories(absolute);
    } catch (IOException e) {
      throw new SyncException(
          "Cannot make the directory '%s' for checkpoints: %s".formatted(absolute, e), e);
    }
    return new FileCheckpointStore(absolute, lockWait);
  }

  @Override
  public Optional<StoredCheckpoint> load(String job) {
    JobFiles files = new JobFiles(directory, SafeFileName.of(job));
    try {
      return read(job, files);
    } catch (IOException e) {
      throw failure("load", job, e);
    }
  }

  @Override
  public long save(String job, StoredCheckpoint checkpoint) {
    JobFiles files = new JobFiles(directory, SafeFileName.of(job));
    try (DirectoryLock.Held held = lock.take("save the checkpoint of job '" + job + "'")) {
      held.check();
      long stored = read(job, files).map(StoredCheckpoint::version).orElse(0L);
      long next = CheckpointVersions.next(job, stored, checkpoint.version());
      StoredCheckpoint replaced = new StoredCheckpoint(next, checkpoint.content());
      write(files.fresh(), CheckpointFile.print(files.name(), replaced));
      if (stored > 0) {
        keepPrevious(files);
      }
      Files.move(files.fresh(), files.current(), StandardCopyOption.ATOMIC_MOVE);
      forceDirectory();
      return next;
    } catch (IOException e) {
      throw failure("save", job, e);
    }
  }

  @Override
  public void delete(String job, long version) {
    JobFiles files = new JobFiles(directory, SafeFileName.of(job));
    try (DirectoryLock.Held held = lock.take("delete the checkpoint of job '" + job + "'")) {
      held.check();
      Optional<StoredCheckpoint> stored = read(job, files);
      if (stored.isPresent()) {
        CheckpointVersions.next(job, stored.get().version(), version);
        // Were the backup to outlive the checkpoint in a crash, the checkpoint would seem lost.
        Files.deleteIfExists(files.previous());
        forceDirectory();
        Files.delete(files.current());
        forceDirectory();
      }
    } catch (IOException e) {
      throw failure("delete", job, e);
    }
  }

  /** Names the directory. */
  @Override
  public String toString() {
    return "FileCheckpointStore[" + directory + "]";
  }

  /** The files of one job. */
  private record JobFiles(Path directory, String name) {

    Path current() {
      return directory.resolve(name + ".checkpoint");
    }

    Path previous() {
      return directory.resolve(name + ".checkpoint.previous");
    }

    Path fresh() {
      return directory.resolve(name + ".checkpoint.new");
    }
  }

  private static Optional<StoredCheckpoint> read(String job, JobFiles files) throws IOException {
    try {
      return Optional.of(CheckpointFile.parse(files.name(), Files.readAllBytes(files.current())));
    } catch (NoSuchFileException e) {
      if (Files.exists(files.previous())) {
        throw damaged(job, files, "it is missing, although the one before it is there");
      }
      return Optional.empty();
    } catch (DamagedException e) {
      throw damaged(job, files, Objects.requireNonNull(e.getMessage()));
    }
  }

  private static SyncException damaged(String job, JobFiles files, String why) {
    String advice =
        Files.exists(files.previous())
            ? ("To go on from the checkpoint before, stop all instances of the job and move '%s'"
                    + " there.")
                .formatted(files.previous().getFileName())
            : "Restore it from a backup, or delete it to start the job anew with a snapshot.";
    return new SyncException(
        "The checkpoint of job '%s' in file '%s' is damaged: %s. %s"
            .formatted(job, files.current(), why, advice));
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  /** Gives the present checkpoint a second name, so that it outlives the move over the first. */
  private static void keepPrevious(JobFiles files) throws IOException {
    Path second = files.previous().resolveSibling(files.previous().getFileName() + ".new");
    Files.deleteIfExists(second);
    try {
      Files.createLink(second, files.current());
    } catch (UnsupportedOperationException | FileSystemException e) {
      // Some file systems know no second names.
      Files.copy(files.current(), second, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(second, files.previous(), StandardCopyOption.ATOMIC_MOVE);
  }

  private void forceDirectory() throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      if (!System.getProperty("os.name", "").startsWith("Windows")) {
        throw e; // Windows opens no directories, and needs no force after a move.
      }
    }
  }

  private SyncException failure(String what, String job, IOException cause) {
    String message =
        "Cannot %s the checkpoint of job '%s' in directory '%s': %s"
            .formatted(what, job, directory, cause);
    boolean lasting =
        cause instanceof AccessDeniedException || cause instanceof NoSuchFileException;
    return lasting ? new SyncException(message, cause) : new TransientException(message, cause);
  }
}
