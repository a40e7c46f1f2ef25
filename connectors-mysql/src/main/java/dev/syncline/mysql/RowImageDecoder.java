package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.TableMap.MappedColumn;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of row events into changes of one table. Made once for a table map and a table
 * definition, which must agree ({@link TableMapCheck}). Immutable and thread-safe.
 */
final class RowImageDecoder {

  /** How a row event says that it is about a table that is not there: it ends a statement. */
  private static final long NO_TABLE = 0xFFFF_FFFF_FFFFL;

  private static final long NO_TABLE_BEFORE_5_6 = 0xFF_FFFFL;
  private static final int TABLE_ID_BYTES = 6;
  private static final int FLAG_BYTES = 2;
  private static final int EXTRA_LENGTH_BYTES = 2;

  /** By this factor a row may grow when it is decoded: it need not be measured in small events. */
  private static final int MOST_GROWTH = 4;

  /** A flag of row events: the session had {@code foreign_key_checks=0}. */
  private static final long NO_FOREIGN_KEY_CHECKS = 2;

  private final TableDefinition table;
  private final ColumnImage[] columns;

  /** What nearly all rows have. */
  private final ImageColumns whole;

  private final BitSet documents;
  private final JsonNumbers jsonNumbers;

  private RowImageDecoder(
      TableDefinition table, ColumnImage[] columns, BitSet documents, JsonNumbers jsonNumbers) {
    this.table = table;
    this.columns = columns;
    this.whole = ImageColumns.whole(table);
    this.documents = documents;
    this.jsonNumbers = jsonNumbers;
  }

  /**
   * The decoder for a table.
   *
   * @param map what the log says of the table
   * @param table the table as it was defined at this place of the log
   * @throws UnsupportedChangeException if they contradict each other; rows would be misread
   */
  static RowImageDecoder of(TableMap map, TableDefinition table, JsonNumbers jsonNumbers) {
    List<Column> columns = table.columns();
    if (map.columns().size() != columns.size()) {
      throw TableMapCheck.contradiction(
          table, "%d columns".formatted(columns.size()), "%d".formatted(map.columns().size()));
    }
    ColumnImage[] images = new ColumnImage[columns.size()];
    BitSet documents = new BitSet();
    for (int i = 0; i < images.length; i++) {
      Column column = columns.get(i);
      MappedColumn mapped = map.columns().get(i);
      NativeType type = MySqlTypes.nativeType(table.id(), column);
      documents.set(i, mapped.type() == TypeCode.JSON);
      boolean isText = type.base().kind() == ValueKind.TEXT;
      MySqlCharset charset = isText ? MySqlTypes.charset(table.id(), column) : null;
      images[i] =
          ColumnImage.of(type, charset, mapped, jsonNumbers)
              .filter(image -> mapped.nullable() == column.nullable())
              .orElseThrow(
                  () ->
                      TableMapCheck.contradiction(table, declared(column, isText), found(mapped)));
    }
    return new RowImageDecoder(table, images, documents, jsonNumbers);
  }

  private static String declared(Column column, boolean isText) {
    return "column '%s' as '%s%s' %s"
        .formatted(
            column.name(),
            column.type().nativeType(),
            isText ? " in " + column.type().charset() : "",
            column.nullable() ? "NULL" : "NOT NULL");
  }

  private static String found(MappedColumn mapped) {
    return "type code %d with metadata %d, %s"
        .formatted(mapped.type(), mapped.metadata(), mapped.nullable() ? "NULL" : "NOT NULL");
  }

  /**
   * The number of the table map that a row event belongs to.
   *
   * @param body the event behind its common header
   * @throws UnsupportedChangeException if the event is too short
   */
  static long tableId(byte[] body) {
    if (body.length < TABLE_ID_BYTES) {
      throw new UnsupportedChangeException(
          "Cannot read a row event of %d bytes: it names no table. Look at it with mysqlbinlog."
              .formatted(body.length));
    }
    return new ByteCursor(body).unsigned(TABLE_ID_BYTES);
  }

  /** Whether a row event with this table number has no rows and only ends a statement. */
  static boolean isWithoutTable(long tableId) {
    return tableId == NO_TABLE || tableId == NO_TABLE_BEFORE_5_6;
  }

  /**
   * The changes in a row event, in order, each decoded when it is asked for.
   *
   * @param in from behind the event's common header to before its checksum
   * @param largest how many bytes a row may have
   * @param knowsFullNodup whether the server that wrote the event knows {@code FULL_NODUP}
   * @throws UnsupportedChangeException if the event does not hold rows of the table, or what it
   *     leaves out of them is not known and must be; the iterator throws it if a value cannot be
   *     brought into normal form, or a row is too large. The message names table and column.
   */
  Iterator<TableChange> decode(
      RowEvent event, ByteCursor in, long largest, boolean knowsFullNodup) {
    try {
      return new Changes(head(event, in), in, largest, knowsFullNodup);
    } catch (MalformedValueException e) {
      throw undecodable("a row event", e);
    }
  }

  /** What is in front of the rows. */
  private record Head(RowEvent event, boolean unchecked, List<ImageColumns> images) {}

  private Head head(RowEvent event, ByteCursor in) {
    in.take(TABLE_ID_BYTES);
    boolean unchecked = (in.unsigned(FLAG_BYTES) & NO_FOREIGN_KEY_CHECKS) != 0;
    if (event.hasExtraData()) {
      in.take(in.unsigned(EXTRA_LENGTH_BYTES) - EXTRA_LENGTH_BYTES);
    }
    return new Head(event, unchecked, images(in, event.change()));
  }

  /** The changes in one event. */
  private final class Changes implements Iterator<TableChange> {
    private final RowEvent event;
    private final ImageColumns first;
    private final ImageColumns last;
    private final ByteCursor in;
    private final boolean unchecked;
    private final long largest;
    private final boolean mayBeTooLarge;
    private final boolean mayBeReplaced;

    Changes(Head head, ByteCursor in, long largest, boolean knowsFullNodup) {
      this.event = head.event();
      this.first = head.images().get(0);
      this.last = head.images().get(head.images().size() - 1);
      this.in = in;
      this.unchecked = head.unchecked();
      this.largest = largest;
      this.mayBeTooLarge = in.remaining() > largest / MOST_GROWTH;
      boolean isFullNodup = knowsFullNodup && first.hasMoreThanMinimal();
      this.mayBeReplaced = !event.hasExtraData() && last.leavesOut() && !isFullNodup;
    }

    @Override
    public boolean hasNext() {
      return in.remaining() > 0;
    }

    @Override
    public TableChange next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      return switch (event.change()) {
        case INSERT -> new RowInsert(table, row(first, columns), unchecked);
        case UPDATE -> event == RowEvent.PARTIAL_UPDATE ? partialUpdate() : update();
        case DELETE -> new RowDelete(table, row(first, columns), unchecked);
      };
    }

    private RowUpdate update() {
      RowUpdate update = new RowUpdate(table, row(first, columns), row(last, columns), unchecked);
      if (mayBeReplaced) {
        last.checkNotReplaced(update.before());
      }
      return update;
    }

    private RowUpdate partialUpdate() {
      PartialJson json = new PartialJson(table, columns, documents, jsonNumbers);
      Row before = row(first, json.before());
      try {
        return new RowUpdate(table, before, row(last, json.after(in)), unchecked);
      } catch (MalformedValueException e) {
        throw undecodable("a row event", e);
      }
    }

    private Row row(ImageColumns image, ColumnImage[] readers) {
      Row row = RowImageDecoder.this.row(in, image, readers);
      long bytes = mayBeTooLarge ? LargestRow.bytesOf(row) : 0;
      if (bytes > largest) {
        throw new UnsupportedChangeException(
            "Cannot take a row of %d bytes of table '%s': it is too large for the memory. %s"
                .formatted(bytes, table.id(), LargestRow.adviceForRow(bytes)));
      }
      return row;
    }
  }

  private List<ImageColumns> images(ByteCursor in, RowEvent.Change change) {
    long count = in.packed();
    if (count != columns.length) {
      throw new MalformedValueException(
          "it has rows of " + count + " columns instead of " + columns.length);
    }
    return switch (change) {
      case INSERT -> List.of(image(in, ImageColumns::ofInsert));
      case UPDATE -> List.of(image(in, ImageColumns::before), image(in, ImageColumns::after));
      case DELETE -> List.of(image(in, ImageColumns::before));
    };
  }

  private ImageColumns image(
      ByteCursor in, BiFunction<TableDefinition, boolean[], ImageColumns> partial) {
    boolean[] present = new boolean[columns.length];
    int start = in.take(TableMap.bitmapLength(present.length));
    boolean isWhole = true;
    for (int i = 0; i < present.length; i++) {
      present[i] = isSet(in.array(), start, i);
      isWhole &= present[i];
    }
    return isWhole ? whole : partial.apply(table, present);
  }

  private static boolean isSet(byte[] bytes, int start, int bit) {
    return (bytes[start + bit / Byte.SIZE] & (1 << (bit % Byte.SIZE))) != 0;
  }

  private Row row(ByteCursor in, ImageColumns image, ColumnImage[] readers) {
    boolean isWhole = image == whole;
    @Nullable Object[] values = isWhole ? new Object[columns.length] : image.newRow();
    int i = 0;
    try {
      int nulls = in.take(TableMap.bitmapLength(image.count()));
      for (int place = 0; place < image.count(); place++) {
        i = isWhole ? place : image.column(place);
        values[i] = isSet(in.array(), nulls, place) ? null : readers[i].read(in);
      }
    } catch (MalformedValueException e) {
      throw undecodable("column '" + table.columns().get(i).name() + "' in a row event", e);
    }
    return isWhole ? Row.wrapWhole(values) : Row.wrap(values);
  }

  private UnsupportedChangeException undecodable(String what, MalformedValueException cause) {
    return new UnsupportedChangeException(
        ("Cannot decode %s of table '%s': %s. If the value is damaged at the source, correct it"
                + " there and load the table again.")
            .formatted(what, table.id(), cause.getMessage()),
        cause);
  }
}
