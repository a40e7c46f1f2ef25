package dev.syncline.mysql;

import dev.syncline.mysql.TableMap.MappedColumn;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the values of one column out of row images. Stateless and thread-safe. */
@FunctionalInterface
interface ColumnImage {
  int MEDIUMINT_BYTES = 3;

  /**
   * The next value, which is not NULL.
   *
   * @throws MalformedValueException if the bytes are no value of the column
   */
  Object read(ByteCursor in);

  /**
   * The way to read a column.
   *
   * @param type the column's type as it was declared
   * @param charset the character set of a text column
   * @param mapped what the log says of the column
   * @param jsonNumbers how the server prints numbers in JSON documents
   * @return empty if the log's type is none that the declared type has
   */
  static Optional<ColumnImage> of(
      NativeType type,
      @Nullable MySqlCharset charset,
      MappedColumn mapped,
      JsonNumbers jsonNumbers) {
    if (!hasImage(type, charset, mapped)) {
      return Optional.empty();
    }
    return Optional.of(
        switch (type.base()) {
          case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT ->
              type.unsigned() ? unsigned(type) : signed(type);
          case DECIMAL -> new DecimalImage(type.length(), type.scale())::read;
          case FLOAT -> in -> Float.intBitsToFloat(in.signedInt());
          case DOUBLE -> in -> Double.longBitsToDouble(in.signedLong());
          case BIT -> in -> in.bytes(bytesOfBits(type.length()));
          case YEAR, DATE, TIME, DATETIME, TIMESTAMP -> temporal(type, mapped);
          case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
              StringImage.text(Objects.requireNonNull(charset), lengthBytes(mapped));
          case BINARY -> StringImage.padded(lengthBytes(mapped), type.length());
          case VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB ->
              StringImage.bytes(lengthBytes(mapped));
          case ENUM -> StringImage.label(type.labels(), mapped.metadata());
          case SET -> StringImage.labels(type.labels(), mapped.metadata());
          case JSON -> JsonImage.document(mapped.metadata(), jsonNumbers);
          default -> StringImage.bytes(mapped.metadata());
        });
  }

  private static boolean hasImage(
      NativeType type, @Nullable MySqlCharset charset, MappedColumn mapped) {
    int bytesPerCharacter = charset == null ? 1 : charset.maxBytesPerCharacter();
    return switch (type.base()) {
      case TINYINT -> mapped.type() == TypeCode.TINY;
      case SMALLINT -> mapped.type() == TypeCode.SHORT;
      case MEDIUMINT -> mapped.type() == TypeCode.INT24;
      case INT -> mapped.type() == TypeCode.LONG;
      case BIGINT -> mapped.type() == TypeCode.LONGLONG;
      case DECIMAL -> has(mapped, TypeCode.NEWDECIMAL, type.length() << Byte.SIZE | type.scale());
      case FLOAT -> has(mapped, TypeCode.FLOAT, Float.BYTES);
      case DOUBLE -> has(mapped, TypeCode.DOUBLE, Double.BYTES);
      case BIT -> has(mapped, TypeCode.BIT, type.length());
      case YEAR -> mapped.type() == TypeCode.YEAR;
      case DATE -> mapped.type() == TypeCode.DATE;
      case TIME -> hasTime(type, mapped, TypeCode.TIME2, TypeCode.TIME);
      case DATETIME -> hasTime(type, mapped, TypeCode.DATETIME2, TypeCode.DATETIME);
      case TIMESTAMP -> hasTime(type, mapped, TypeCode.TIMESTAMP2, TypeCode.TIMESTAMP);
      case CHAR, BINARY -> has(mapped, TypeCode.STRING, type.length() * bytesPerCharacter);
      case VARCHAR, VARBINARY -> has(mapped, TypeCode.VARCHAR, type.length() * bytesPerCharacter);
      case TINYTEXT, TINYBLOB -> has(mapped, TypeCode.BLOB, 1);
      case TEXT, BLOB -> has(mapped, TypeCode.BLOB, 2);
      case MEDIUMTEXT, MEDIUMBLOB -> has(mapped, TypeCode.BLOB, 3);
      case LONGTEXT, LONGBLOB -> has(mapped, TypeCode.BLOB, 4);
      case ENUM -> has(mapped, TypeCode.ENUM, type.labels().size() <= 0xFF ? 1 : 2);
      case SET -> has(mapped, TypeCode.SET, StringImage.setBytes(type.labels().size()));
      case JSON -> has(mapped, TypeCode.JSON, 4);
      default -> has(mapped, TypeCode.GEOMETRY, 4);
    };
  }

  private static boolean has(MappedColumn mapped, int type, int metadata) {
    return mapped.type() == type && mapped.metadata() == metadata;
  }

  /** Columns that were made before MySQL 5.6 keep their old form until the table is rebuilt. */
  private static boolean hasTime(NativeType type, MappedColumn mapped, int code, int oldCode) {
    return has(mapped, code, type.fractionDigits())
        || (mapped.type() == oldCode && type.fractionDigits() == 0);
  }

  private static ColumnImage signed(NativeType type) {
    return switch (type.base()) {
      case TINYINT -> in -> (long) in.signedByte();
      case SMALLINT -> in -> (long) in.signedShort();
      case MEDIUMINT -> in -> in.signed(MEDIUMINT_BYTES);
      case INT -> in -> (long) in.signedInt();
      default -> ByteCursor::signedLong;
    };
  }

  private static ColumnImage unsigned(NativeType type) {
    return switch (type.base()) {
      case TINYINT -> in -> (long) in.unsignedByte();
      case SMALLINT -> in -> (long) in.unsignedShort();
      case MEDIUMINT -> in -> in.unsigned(MEDIUMINT_BYTES);
      case INT -> ByteCursor::unsignedInt;
      default -> in -> IntegerValue.unsigned(in.signedLong());
    };
  }

  private static ColumnImage temporal(NativeType type, MappedColumn mapped) {
    int digits = type.fractionDigits();
    return switch (mapped.type()) {
      case TypeCode.YEAR -> in -> year(in.unsignedByte());
      case TypeCode.DATE -> TemporalImage::date;
      case TypeCode.TIME -> TemporalImage::oldTime;
      case TypeCode.TIME2 -> in -> TemporalImage.time(in, digits);
      case TypeCode.DATETIME -> TemporalImage::oldDateTime;
      case TypeCode.DATETIME2 -> in -> TemporalImage.dateTime(in, digits);
      case TypeCode.TIMESTAMP -> TemporalImage::oldTimestamp;
      default -> in -> TemporalImage.timestamp(in, digits);
    };
  }

  private static Object year(int stored) {
    return stored == 0 ? 0L : 1900L + stored;
  }

  private static int bytesOfBits(int bits) {
    return (bits + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** The number of bytes of the length in front of a string. */
  private static int lengthBytes(MappedColumn mapped) {
    boolean isBlob = mapped.type() == TypeCode.BLOB;
    return isBlob ? mapped.metadata() : mapped.metadata() <= 0xFF ? 1 : 2;
  }
}
