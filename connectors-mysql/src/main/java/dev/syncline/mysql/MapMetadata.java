package dev.syncline.mysql;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a TABLE_MAP event may say of its table beyond what rows are cut by; how much is the setting
 * {@code binlog_row_metadata}.
 *
 * @param unsignedFlags for each numeric column in order whether it is unsigned, filled up with
 *     false to whole bytes; empty if the server does not log it. Not every server counts YEAR.
 * @param columnNames the names of all columns; empty if they are not logged
 * @param textCollations the collations of columns of text and bytes
 * @param labelCollations the collations of ENUM and SET columns
 * @param enumLabels the labels of each ENUM column, in the column's character set
 * @param setLabels the labels of each SET column, in the column's character set
 * @param geometries the number of the type of each column of geometries; empty if not logged
 * @param key the primary key, or the key that the server takes for it; empty if not logged, also
 *     where there is none
 */
record MapMetadata(
    List<Boolean> unsignedFlags,
    List<String> columnNames,
    Optional<Collations> textCollations,
    Optional<Collations> labelCollations,
    List<List<Label>> enumLabels,
    List<List<Label>> setLabels,
    List<Integer> geometries,
    List<KeyPart> key) {

  static final MapMetadata NONE = new Fields().read();

  private static final int SIGNEDNESS = 1;
  private static final int TEXT_DEFAULT_COLLATION = 2;
  private static final int TEXT_COLLATIONS = 3;
  private static final int COLUMN_NAMES = 4;
  private static final int SET_LABELS = 5;
  private static final int ENUM_LABELS = 6;
  private static final int GEOMETRIES = 7;
  private static final int KEY = 8;
  private static final int KEY_WITH_PREFIXES = 9;
  private static final int LABEL_DEFAULT_COLLATION = 10;
  private static final int LABEL_COLLATIONS = 11;

  MapMetadata {
    unsignedFlags = List.copyOf(unsignedFlags);
    columnNames = List.copyOf(columnNames);
    enumLabels = List.copyOf(enumLabels);
    setLabels = List.copyOf(setLabels);
    geometries = List.copyOf(geometries);
    key = List.copyOf(key);
  }

  /** The bytes of a label of an ENUM or SET. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Label(byte[] bytes) {}

  /**
   * A column of a key.
   *
   * @param column its ordinal
   * @param prefix how much of it is part of the key; 0 for all
   */
  record KeyPart(long column, long prefix) {}

  /**
   * The numbers of collations of some columns.
   *
   * @param each the number of each column; empty if most have the same
   * @param usual what the others have
   * @param others the numbers of columns that have another one, by their place among the columns
   */
  record Collations(List<Long> each, long usual, Map<Long, Long> others) {

    Collations {
      each = List.copyOf(each);
      others = Map.copyOf(others);
    }

    /** Whether this can be of so many columns. */
    boolean fits(int columns) {
      return each.isEmpty()
          ? others.keySet().stream().allMatch(place -> place < columns)
          : each.size() == columns;
    }

    /** The number of a column by its place among the columns. */
    long of(int place) {
      return each.isEmpty() ? others.getOrDefault((long) place, usual) : each.get(place);
    }
  }

  /**
   * Reads what stands behind the columns of the event.
   *
   * @param columns how many columns there are
   * @throws MalformedValueException if it cannot be read
   */
  static MapMetadata parse(ByteCursor in, int columns) {
    Fields fields = new Fields();
    while (in.remaining() > 0) {
      int field = in.unsignedByte();
      fields.take(field, new ByteCursor(in.bytes(in.packed())));
    }
    MapMetadata metadata = fields.read();
    int names = metadata.columnNames().size();
    if (names != columns && names != 0) {
      throw new MalformedValueException(names + " of " + columns + " columns have a name");
    }
    return metadata;
  }

  /** Collects fields. */
  private static final class Fields {
    private List<Boolean> signs = List.of();
    private List<String> names = List.of();
    private Optional<Collations> texts = Optional.empty();
    private Optional<Collations> labels = Optional.empty();
    private List<List<Label>> enums = List.of();
    private List<List<Label>> sets = List.of();
    private List<Integer> geometries = List.of();
    private List<KeyPart> key = List.of();

    MapMetadata read() {
      return new MapMetadata(signs, names, texts, labels, enums, sets, geometries, key);
    }

    void take(int field, ByteCursor in) {
      switch (field) {
        case SIGNEDNESS -> signs = flags(in.bytes(in.remaining()));
        case TEXT_DEFAULT_COLLATION -> texts = Optional.of(usual(in));
        case TEXT_COLLATIONS -> texts = Optional.of(each(in));
        case LABEL_DEFAULT_COLLATION -> labels = Optional.of(usual(in));
        case LABEL_COLLATIONS -> labels = Optional.of(each(in));
        case COLUMN_NAMES -> names = names(in);
        case ENUM_LABELS -> enums = labels(in);
        case SET_LABELS -> sets = labels(in);
        case GEOMETRIES -> geometries = numbers(in).stream().map(Long::intValue).toList();
        case KEY -> key = numbers(in).stream().map(column -> new KeyPart(column, 0)).toList();
        case KEY_WITH_PREFIXES -> {
          List<KeyPart> parts = new ArrayList<>();
          while (in.remaining() > 0) {
            parts.add(new KeyPart(in.packed(), in.packed()));
          }
          key = parts;
        }
        default -> {
          // It tells of what a definition does not have, such as which columns are invisible.
        }
      }
    }

    private static Collations usual(ByteCursor in) {
      long usual = in.packed();
      Map<Long, Long> others = new HashMap<>();
      while (in.remaining() > 0) {
        others.put(in.packed(), in.packed());
      }
      return new Collations(List.of(), usual, others);
    }

    private static Collations each(ByteCursor in) {
      List<Long> each = numbers(in);
      if (each.isEmpty()) {
        throw new MalformedValueException("it has a list of no collations");
      }
      return new Collations(each, each.get(0), Map.of());
    }

    private static List<Long> numbers(ByteCursor in) {
      List<Long> numbers = new ArrayList<>();
      while (in.remaining() > 0) {
        numbers.add(in.packed());
      }
      return numbers;
    }

    private static List<String> names(ByteCursor in) {
      List<String> names = new ArrayList<>();
      while (in.remaining() > 0) {
        names.add(new String(in.bytes(in.packed()), StandardCharsets.UTF_8));
      }
      return names;
    }

    private static List<List<Label>> labels(ByteCursor in) {
      List<List<Label>> columns = new ArrayList<>();
      while (in.remaining() > 0) {
        long count = in.packed();
        List<Label> labels = new ArrayList<>();
        for (long i = 0; i < count; i++) {
          labels.add(new Label(in.bytes(in.packed())));
        }
        columns.add(labels);
      }
      return columns;
    }

    /** The first column has the most significant bit. */
    private static List<Boolean> flags(byte[] bits) {
      List<Boolean> flags = new ArrayList<>(bits.length * Byte.SIZE);
      for (byte eight : bits) {
        for (int bit = Byte.SIZE - 1; bit >= 0; bit--) {
          flags.add((eight & (1 << bit)) != 0);
        }
      }
      return flags;
    }
  }
}
