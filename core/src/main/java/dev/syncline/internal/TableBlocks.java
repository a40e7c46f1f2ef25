package dev.syncline.internal;

import dev.syncline.SyncException;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/**
 * A list of tables in the form of a checkpoint: {@link TableLines} in blocks of several tables,
 * deflated and printed in Base64. What was last written or read is remembered, so a list in which
 * one table has changed costs one block in either direction. Used by one thread at a time.
 */
final class TableBlocks {

  /** The lines of a block have so many bytes at most; nobody's tables have. */
  static final int MAX_BLOCK_BYTES = 64 << 20;

  /** A block has so many tables at most. */
  private static final int MAX_TABLES = 256;

  /** A block with so many columns gets no more tables. */
  private static final int MANY_COLUMNS = 8_192;

  /** One of so many tables ends its block, as a power of two. */
  private static final int ENDS_BITS = 6;

  /** Spreads the bits of a hash over the highest ones: the golden ratio. */
  private static final int SPREAD = 0x9E3779B9;

  private Known known = new Known();
  private Known used = new Known();

  private record Block(List<PlannedTable> tables, String text) {}

  /** Blocks by their first table and by their text. */
  private static final class Known {
    private final Map<TableId, Block> starting = new HashMap<>();
    private final Map<String, Block> of = new HashMap<>();

    void add(Block block) {
      starting.put(block.tables().get(0).definition().id(), block);
      of.put(block.text(), block);
    }
  }

  /** Forgets what was not used since the time before. */
  void endPass() {
    known = used;
    used = new Known();
  }

  /**
   * The blocks of tables.
   *
   * @throws SyncException if a table is too large
   */
  List<String> encode(List<PlannedTable> tables) {
    List<String> texts = new ArrayList<>();
    int from = 0;
    while (from < tables.size()) {
      int to = end(tables, from);
      Block block = block(tables.subList(from, to));
      used.add(block);
      texts.add(block.text());
      from = to;
    }
    return texts;
  }

  /**
   * Where the block ends that begins at a table. Names say it, so that a table more or less moves
   * the ends of no other blocks.
   */
  private static int end(List<PlannedTable> tables, int from) {
    int columns = 0;
    int to = from;
    boolean ends = false;
    while (to < tables.size() && !ends) {
      PlannedTable table = tables.get(to++);
      columns += table.definition().columns().size();
      int hash = table.definition().id().name().hashCode() * SPREAD;
      boolean last = hash >>> (Integer.SIZE - ENDS_BITS) == 0;
      ends = last || columns >= MANY_COLUMNS || to - from == MAX_TABLES;
    }
    return to;
  }

  private Block block(List<PlannedTable> tables) {
    Block last = known.starting.get(tables.get(0).definition().id());
    if (last != null && last.tables().equals(tables)) {
      return last;
    }
    return new Block(List.copyOf(tables), deflate(TableLines.print(tables), tables));
  }

  private static String deflate(String lines, List<PlannedTable> tables) {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      // Strictly: a character that has no bytes must not become another one.
      ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(lines));
      if (bytes.remaining() > MAX_BLOCK_BYTES) {
        throw new SyncException(
            ("The definition of table '%s', or of one of the %d that are saved with it, is too"
                    + " large for a checkpoint: %d bytes, at most %d. Leave the table out of the"
                    + " selection.")
                .formatted(
                    tables.get(0).definition().id(),
                    tables.size() - 1,
                    bytes.remaining(),
                    MAX_BLOCK_BYTES));
      }
      out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    } catch (CharacterCodingException e) {
      throw new SyncException(
          ("The definition of table '%s', or of one of the %d that are saved with it, has half a"
                  + " character, which cannot be saved. Leave the table out of the selection.")
              .formatted(tables.get(0).definition().id(), tables.size() - 1),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException("Memory cannot be written.", e);
    }
    return Base64.getEncoder().encodeToString(deflated.toByteArray());
  }

  /**
   * The tables of a block.
   *
   * @throws IllegalArgumentException if it is none that {@link #encode} gives
   * @throws IndexOutOfBoundsException as {@link TableLines.Reader#read} does
   */
  List<PlannedTable> decode(String text, TableLines.Reader reader) {
    Block block = known.of.get(text);
    if (block == null) {
      List<PlannedTable> tables = reader.read(inflate(Base64.getDecoder().decode(text)));
      if (tables.isEmpty()) {
        throw new IllegalArgumentException("a line 'tables' has no tables.");
      }
      block = new Block(tables, text);
    }
    used.add(block);
    return block.tables();
  }

  private static String inflate(byte[] deflated) {
    Inflater inflater = new Inflater();
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(deflated), inflater)) {
      byte[] lines = in.readNBytes(MAX_BLOCK_BYTES + 1);
      if (lines.length > MAX_BLOCK_BYTES || !inflater.finished()) {
        throw new IllegalArgumentException(
            "a line 'tables' holds more than " + MAX_BLOCK_BYTES + " bytes.");
      }
      if (inflater.getBytesRead() != deflated.length) {
        throw new IllegalArgumentException("a line 'tables' goes on behind its end.");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(lines)).toString();
    } catch (IOException e) {
      throw new IllegalArgumentException("a line 'tables' cannot be inflated.", e);
    } finally {
      inflater.end();
    }
  }
}
