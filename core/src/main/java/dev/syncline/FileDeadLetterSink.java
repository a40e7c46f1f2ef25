package dev.syncline;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;

/**
 * Appends dead letters to a file, one JSON document in each line, and forces each to the disk.
 * Thread-safe; the file must belong to one job object.
 *
 * <p>The file has the values of rows, so that only its owner may read it where the file system
 * knows owners. It may be moved away at any time; the next letter begins a new one. A line that a
 * crash has cut short stands alone and is no JSON; its letter comes again.
 */
public final class FileDeadLetterSink implements DeadLetterSink {

  private static final Set<OpenOption> OPTIONS =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  private final Path file;
  private final Clock clock;

  private FileDeadLetterSink(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /** A sink that appends to a file, which is made with the first letter; its folder must exist. */
  public static FileDeadLetterSink at(Path file) {
    return at(file, Clock.systemUTC());
  }

  static FileDeadLetterSink at(Path file, Clock clock) {
    return new FileDeadLetterSink(Objects.requireNonNull(file, "file").toAbsolutePath(), clock);
  }

  @Override
  public synchronized void keep(DeadLetter letter) {
    String line = DeadLetterJson.of(letter, clock.instant()) + "\n";
    try {
      boolean isNew = !Files.exists(file);
      append(line.getBytes(StandardCharsets.UTF_8));
      if (isNew) {
        forceFolder();
      }
    } catch (IOException e) {
      throw failure(letter, e);
    }
  }

  private void append(byte[] line) throws IOException {
    try (FileChannel channel = FileChannel.open(file, OPTIONS, ownersOnly())) {
      long end = channel.size();
      if (end > 0 && lastByte(channel, end) != '\n') {
        channel.write(ByteBuffer.wrap(new byte[] {'\n'}), end);
        end++;
      }
      ByteBuffer buffer = ByteBuffer.wrap(line);
      while (buffer.hasRemaining()) {
        end += channel.write(buffer, end);
      }
      channel.force(true);
    }
  }

  private static byte lastByte(FileChannel channel, long end) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, end - 1);
    return last.get(0);
  }

  private FileAttribute<?>[] ownersOnly() {
    boolean knowsOwners = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    return knowsOwners
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private void forceFolder() throws IOException {
    Path folder = Objects.requireNonNull(file.getParent(), "an absolute file is in a folder");
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      if (!System.getProperty("os.name", "").startsWith("Windows")) {
        throw e; // Windows opens no directories.
      }
    }
  }

  private SyncException failure(DeadLetter letter, IOException cause) {
    String message =
        "Cannot keep a dead letter of job '%s' in file '%s': %s"
            .formatted(letter.job(), file, cause);
    boolean lasting =
        cause instanceof AccessDeniedException || cause instanceof NoSuchFileException;
    return lasting ? new SyncException(message, cause) : new TransientException(message, cause);
  }

  /** Names the file. */
  @Override
  public String toString() {
    return "FileDeadLetterSink[" + file + "]";
  }
}
