package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.mysql.NativeType.Base;
import java.util.List;
import java.util.Optional;

/** Says whether a column of the target can store every value of a column of the source. */
final class ColumnFit {

  private static final List<Base> INTEGERS =
      List.of(Base.TINYINT, Base.SMALLINT, Base.MEDIUMINT, Base.INT, Base.BIGINT);

  private static final long TINY = 255;
  private static final long PLAIN = 65_535;
  private static final long MEDIUM = 16_777_215;
  private static final long LONG = 4_294_967_295L;

  private ColumnFit() {}

  /** Why a column does not fit, completing the words "does not fit: ..."; empty if it does. */
  static Optional<String> obstacle(Column source, TableLook.ColumnLook target) {
    String sourceType = source.type().nativeType();
    Optional<NativeType> from = NativeType.parse(sourceType);
    Optional<NativeType> to = NativeType.parse(target.type());
    if (from.isEmpty() || to.isEmpty() || !fits(from.get(), to.get())) {
      return Optional.of(
          "its type is '%s' at the source, but '%s' at the target"
              .formatted(abbreviated(sourceType), abbreviated(target.type())));
    }
    if (source.nullable() && !target.nullable()) {
      return Optional.of("it may be NULL at the source, but not at the target");
    }
    return Optional.empty();
  }

  private static boolean fits(NativeType from, NativeType to) {
    Base base = to.base();
    return switch (from.base()) {
      case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> integerFits(from, to);
      case DECIMAL ->
          base == Base.DECIMAL
              && to.scale() >= from.scale()
              && to.length() - to.scale() >= from.length() - from.scale()
              && (from.unsigned() || !to.unsigned());
      case FLOAT, DOUBLE, YEAR, DATE -> base == from.base();
      case BIT -> base == Base.BIT && to.length() >= from.length();
      case TIME, DATETIME, TIMESTAMP ->
          base == from.base() && to.fractionDigits() >= from.fractionDigits();
      case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> textFits(from, to);
      case BINARY -> base == Base.BINARY ? to.length() == from.length() : binaryFits(from, to);
      case VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> binaryFits(from, to);
      case ENUM, SET -> base == from.base() && to.labels().containsAll(from.labels());
      // MariaDB keeps documents as text.
      case JSON -> base == Base.JSON || base == Base.LONGTEXT;
      case GEOMETRY,
          POINT,
          LINESTRING,
          POLYGON,
          MULTIPOINT,
          MULTILINESTRING,
          MULTIPOLYGON,
          GEOMETRYCOLLECTION,
          GEOMCOLLECTION ->
          base == from.base() || base == Base.GEOMETRY || (isCollection(from) && isCollection(to));
    };
  }

  private static boolean integerFits(NativeType from, NativeType to) {
    int wider = INTEGERS.indexOf(to.base()) - INTEGERS.indexOf(from.base());
    if (!INTEGERS.contains(to.base()) || wider < 0) {
      return false;
    }
    // A wider signed type holds every value of a narrower unsigned one.
    return from.unsigned() == to.unsigned() || (from.unsigned() && wider > 0);
  }

  private static boolean textFits(NativeType from, NativeType to) {
    boolean isText =
        switch (to.base()) {
          case CHAR -> from.base() == Base.CHAR;
          case VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT -> true;
          default -> false;
        };
    boolean countsCharacters = from.base() == Base.CHAR || from.base() == Base.VARCHAR;
    boolean targetCounts = to.base() == Base.CHAR || to.base() == Base.VARCHAR;
    int mostBytes = countsCharacters && !targetCounts ? 4 : 1;
    return isText && capacity(to) >= mostBytes * capacity(from);
  }

  private static boolean binaryFits(NativeType from, NativeType to) {
    return switch (to.base()) {
      case VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> capacity(to) >= capacity(from);
      default -> false;
    };
  }

  private static long capacity(NativeType type) {
    return switch (type.base()) {
      case TINYTEXT, TINYBLOB -> TINY;
      case TEXT, BLOB -> PLAIN;
      case MEDIUMTEXT, MEDIUMBLOB -> MEDIUM;
      case LONGTEXT, LONGBLOB -> LONG;
      default -> type.length();
    };
  }

  private static boolean isCollection(NativeType type) {
    return type.base() == Base.GEOMETRYCOLLECTION || type.base() == Base.GEOMCOLLECTION;
  }

  /** Label lists may be long. */
  private static String abbreviated(String type) {
    int longest = 100;
    return type.length() <= longest ? type : type.substring(0, longest) + "...";
  }
}
