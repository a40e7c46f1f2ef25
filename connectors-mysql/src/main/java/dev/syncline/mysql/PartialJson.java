package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableDefinition;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Reads updates of which the log holds only the changed parts of JSON documents ({@code
 * binlog_row_value_options=PARTIAL_JSON}): between a row before and after stands which documents
 * are such; of those only the changes come, which belong to the document before. Not thread-safe.
 */
final class PartialJson {
  private static final int PARTIAL_JSON_UPDATES = 1;
  private static final int DOCUMENT_LENGTH_BYTES = 4;

  private final TableDefinition table;
  private final ColumnImage[] columns;
  private final BitSet documents;
  private final JsonNumbers numbers;

  /** Where the documents of the row before begin; −1 for those that it does not have. */
  private final int[] before;

  /**
   * A reader of one event.
   *
   * @param columns how whole values are read
   * @param documents which columns hold JSON documents
   */
  PartialJson(TableDefinition table, ColumnImage[] columns, BitSet documents, JsonNumbers numbers) {
    this.table = table;
    this.columns = columns;
    this.documents = documents;
    this.numbers = numbers;
    this.before = new int[columns.length];
  }

  /** How the columns of a row before its change are read. */
  ColumnImage[] before() {
    Arrays.fill(before, -1);
    ColumnImage[] images = columns.clone();
    documents.stream().forEach(i -> images[i] = in -> readBefore(in, i));
    return images;
  }

  private Object readBefore(ByteCursor in, int column) {
    before[column] = in.position();
    return columns[column].read(in);
  }

  /**
   * How the columns of the row after the change are read.
   *
   * @param in behind the row before
   * @throws MalformedValueException if what stands there is not understood
   */
  ColumnImage[] after(ByteCursor in) {
    long options = in.packed();
    if (options > PARTIAL_JSON_UPDATES) {
      throw new MalformedValueException("it has values in an unknown form (%d)".formatted(options));
    }
    ColumnImage[] images = columns.clone();
    if (options == PARTIAL_JSON_UPDATES) {
      BitSet bits = BitSet.valueOf(in.bytes(TableMap.bitmapLength(documents.cardinality())));
      int bit = 0;
      for (int i = documents.nextSetBit(0); i >= 0; i = documents.nextSetBit(i + 1)) {
        int column = i;
        if (bits.get(bit++)) {
          images[column] = changes -> readParts(changes, column);
        }
      }
    }
    return images;
  }

  private Object readParts(ByteCursor in, int column) {
    if (before[column] < 0) {
      throw new UnsupportedChangeException(
          ("Cannot apply an update of table '%s': of the JSON document in column '%s' only the"
               + " changed parts are logged, and not what it was before. Set binlog_row_image=FULL,"
               + " or binlog_row_value_options='', in every session of the source, and load the"
               + " table again.")
              .formatted(table.id(), table.columns().get(column).name()));
    }
    ByteCursor document = new ByteCursor(in.array(), before[column], in.position());
    int length = (int) Math.min(Integer.MAX_VALUE, document.unsigned(DOCUMENT_LENGTH_BYTES));
    int start = document.take(length);
    return JsonImage.patched(new ByteCursor(in.array(), start, start + length), in, numbers);
  }
}
