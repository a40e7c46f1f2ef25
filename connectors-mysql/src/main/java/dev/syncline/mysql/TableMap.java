package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Function;

/**
 * What a TABLE_MAP event says of the table whose rows follow: the types of the columns as the
 * server stores them. Valid for the statement that it stands in.
 *
 * @param id the number by which row events name this map
 * @param table the table's name
 * @param columns the columns in the order of the row images
 * @param metadata what else the server has logged of the table
 */
record TableMap(long id, TableId table, List<MappedColumn> columns, MapMetadata metadata) {

  /**
   * A column of a row image.
   *
   * @param type the {@link TypeCode}; of the three types that share {@link TypeCode#STRING} the one
   *     that is meant
   * @param metadata what the type leaves open: the length in bytes or bits; precision times 256
   *     plus scale; fraction digits; the number of bytes of a length, an index or a set
   * @param nullable whether the value may be NULL
   */
  record MappedColumn(int type, int metadata, boolean nullable) {}

  private static final int ID_BYTES = 6;
  private static final int FLAG_BYTES = 2;
  private static final int MAX_COLUMNS = 4096;
  private static final int LONG_CHAR_MASK = 0x30;

  TableMap {
    columns = List.copyOf(columns);
  }

  /**
   * Which table the event is about; works for tables with types that are unknown, too.
   *
   * @param body the event behind its common header, without checksum
   * @throws UnsupportedChangeException if the bytes are no such event
   */
  static TableId table(byte[] body) {
    return reading(
        body,
        in -> {
          in.take(ID_BYTES + FLAG_BYTES);
          return new TableId(name(in), name(in));
        });
  }

  /**
   * Reads the event.
   *
   * @param body the event behind its common header, without checksum
   * @throws UnsupportedChangeException if the bytes are no such event
   */
  static TableMap parse(byte[] body) {
    return reading(body, TableMap::parse);
  }

  private static <T> T reading(byte[] body, Function<ByteCursor, T> how) {
    try {
      return how.apply(new ByteCursor(body));
    } catch (IllegalArgumentException e) {
      throw new UnsupportedChangeException(
          "Cannot read a TABLE_MAP event of %d bytes: %s. Look at it with mysqlbinlog."
              .formatted(body.length, e.getMessage()),
          e);
    }
  }

  private static TableMap parse(ByteCursor in) {
    long id = in.unsigned(ID_BYTES);
    in.take(FLAG_BYTES);
    TableId table = new TableId(name(in), name(in));
    int count = (int) Math.min(in.packed(), MAX_COLUMNS + 1);
    if (count > MAX_COLUMNS) {
      throw new MalformedValueException("it has more than " + MAX_COLUMNS + " columns");
    }
    int[] types = new int[count];
    for (int i = 0; i < count; i++) {
      types[i] = in.unsignedByte();
    }
    int[] metadata = metadata(new ByteCursor(in.bytes(in.packed())), types);
    BitSet nullable = BitSet.valueOf(in.bytes(bitmapLength(count)));
    List<MappedColumn> columns = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      columns.add(new MappedColumn(types[i], metadata[i], nullable.get(i)));
    }
    return new TableMap(id, table, columns, MapMetadata.parse(in, count));
  }

  private static String name(ByteCursor in) {
    int length = in.unsignedByte();
    int start = in.take(length + 1);
    return new String(in.array(), start, length, StandardCharsets.UTF_8);
  }

  private static int[] metadata(ByteCursor in, int[] types) {
    int[] metadata = new int[types.length];
    for (int i = 0; i < types.length; i++) {
      int first = TypeCode.metadataLength(types[i]) > 0 ? in.unsignedByte() : 0;
      int second = TypeCode.metadataLength(types[i]) > 1 ? in.unsignedByte() : 0;
      switch (types[i]) {
        case TypeCode.NEWDECIMAL -> metadata[i] = first << Byte.SIZE | second;
        case TypeCode.BIT -> metadata[i] = second * Byte.SIZE + first;
        case TypeCode.STRING -> {
          // Lengths from 256 on have their high bits, inverted, among those of the type.
          boolean isLong = (first & LONG_CHAR_MASK) != LONG_CHAR_MASK;
          types[i] = first | LONG_CHAR_MASK;
          metadata[i] =
              isLong ? (((first & LONG_CHAR_MASK) ^ LONG_CHAR_MASK) << 4) + second : second;
        }
        default -> metadata[i] = second << Byte.SIZE | first;
      }
    }
    if (in.remaining() > 0) {
      throw new MalformedValueException(in.remaining() + " bytes of metadata belong to no column");
    }
    return metadata;
  }

  /** How many bytes a bitmap over some columns has. */
  static int bitmapLength(int columns) {
    return (columns + Byte.SIZE - 1) / Byte.SIZE;
  }
}
