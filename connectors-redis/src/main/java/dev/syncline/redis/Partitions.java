package dev.syncline.redis;

import dev.syncline.SyncException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Records under hashes, cut into parts by the hash. What does not fit into memory goes into a
 * temporary file, which has no name any more once it is open, so that nothing is left behind by a
 * process that is killed. Not thread-safe.
 */
final class Partitions implements AutoCloseable {

  /** How many parts there are; a power of two. */
  static final int COUNT = 256;

  private static final int SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(COUNT);

  private final int bufferBytes;
  private final Path folder;
  private final byte[][] buffers = new byte[COUNT][];
  private final int[] lengths = new int[COUNT];
  private final List<List<Block>> blocks = new ArrayList<>();
  private @Nullable FileChannel file;
  private long end;

  private record Block(long offset, int length) {}

  /** Without records. */
  Partitions(CopyLimits limits) {
    this.bufferBytes = limits.partBytes();
    this.folder = limits.folder();
    for (int i = 0; i < COUNT; i++) {
      buffers[i] = new byte[0];
      blocks.add(new ArrayList<>());
    }
  }

  /** The part of a hash. */
  static int of(long hash) {
    return (int) (hash >>> SHIFT);
  }

  /** Adds a record to a part. */
  void add(int part, byte[] record) {
    if (lengths[part] > 0 && lengths[part] + record.length > bufferBytes) {
      spill(part);
    }
    int length = lengths[part] + record.length;
    if (buffers[part].length < length) {
      // As few keys need few bytes, the buffers of a part grow up to their limit.
      int grown = Math.min(Math.max(length, buffers[part].length * 2), bufferBytes);
      buffers[part] = Arrays.copyOf(buffers[part], Math.max(grown, length));
    }
    System.arraycopy(record, 0, buffers[part], lengths[part], record.length);
    lengths[part] = length;
  }

  /** Whether a file was needed. */
  boolean isSpilled() {
    return file != null;
  }

  private void spill(int part) {
    try {
      FileChannel channel = file();
      ByteBuffer bytes = ByteBuffer.wrap(buffers[part], 0, lengths[part]);
      long at = end;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
      blocks.get(part).add(new Block(end, lengths[part]));
      end = at;
      lengths[part] = 0;
    } catch (IOException e) {
      throw failed("written", e);
    }
  }

  private FileChannel file() throws IOException {
    if (file == null) {
      Path path = Files.createTempFile(folder, "syncline-copy-", ".tmp");
      file =
          FileChannel.open(
              path,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE,
              StandardOpenOption.DELETE_ON_CLOSE);
    }
    return file;
  }

  /** Hands the records of a part to somebody in the order in which they came, block by block. */
  void forEach(int part, Consumer<ByteBuffer> taker) {
    try {
      for (Block block : blocks.get(part)) {
        taker.accept(read(block));
      }
    } catch (IOException | UncheckedIOException e) {
      throw failed("read", e);
    }
    if (lengths[part] > 0) {
      taker.accept(ByteBuffer.wrap(buffers[part], 0, lengths[part]));
    }
  }

  /** How many bytes the records of a part have. */
  long bytes(int part) {
    long bytes = lengths[part];
    for (Block block : blocks.get(part)) {
      bytes += block.length();
    }
    return bytes;
  }

  private ByteBuffer read(Block block) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(block.length());
    FileChannel channel = file();
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, block.offset() + bytes.position()) < 0) {
        throw new IOException("It ends too early.");
      }
    }
    return bytes.flip();
  }

  private SyncException failed(String what, Exception cause) {
    return new SyncException(
        ("The temporary file of copied keys in folder '%s' cannot be %s: %s. Make room there, or"
                + " choose another folder for the sink (spoolFolder).")
            .formatted(folder, what, cause.getMessage()),
        cause);
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // It has no name any more, and nobody reads it.
      }
    }
  }
}
