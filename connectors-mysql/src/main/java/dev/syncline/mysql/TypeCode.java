package dev.syncline.mysql;

/** The numbers by which a TABLE_MAP event names the types of columns. */
final class TypeCode {

  static final int TINY = 1;
  static final int SHORT = 2;
  static final int LONG = 3;
  static final int FLOAT = 4;
  static final int DOUBLE = 5;
  static final int TIMESTAMP = 7;
  static final int LONGLONG = 8;
  static final int INT24 = 9;
  static final int DATE = 10;
  static final int TIME = 11;
  static final int DATETIME = 12;
  static final int YEAR = 13;
  static final int VARCHAR = 15;
  static final int BIT = 16;
  static final int TIMESTAMP2 = 17;
  static final int DATETIME2 = 18;
  static final int TIME2 = 19;
  static final int JSON = 245;
  static final int NEWDECIMAL = 246;
  static final int ENUM = 247;
  static final int SET = 248;
  static final int BLOB = 252;
  static final int VAR_STRING = 253;
  static final int STRING = 254;
  static final int GEOMETRY = 255;

  private TypeCode() {}

  /**
   * How many bytes of metadata a type has.
   *
   * @throws MalformedValueException if the type is unknown, since what follows cannot be read then
   */
  static int metadataLength(int type) {
    return switch (type) {
      case TINY, SHORT, INT24, LONG, LONGLONG, YEAR, DATE, TIME, DATETIME, TIMESTAMP -> 0;
      case FLOAT, DOUBLE, BLOB, JSON, GEOMETRY, TIME2, DATETIME2, TIMESTAMP2 -> 1;
      case NEWDECIMAL, BIT, VARCHAR, VAR_STRING, STRING, ENUM, SET -> 2;
      default -> throw new MalformedValueException("column type code " + type + " is unknown");
    };
  }
}
