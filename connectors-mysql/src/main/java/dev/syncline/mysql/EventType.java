package dev.syncline.mysql;

import java.util.Arrays;

/** The kinds of binlog events by their number, those of MySQL and of MariaDB. */
enum EventType {
  QUERY(2),
  STOP(3),
  ROTATE(4),
  INTVAR(5),
  APPEND_BLOCK(9),
  DELETE_FILE(11),
  RAND(13),
  USER_VAR(14),
  FORMAT_DESCRIPTION(15),
  XID(16),
  BEGIN_LOAD_QUERY(17),
  EXECUTE_LOAD_QUERY(18),
  TABLE_MAP(19),
  WRITE_ROWS_V1(23),
  UPDATE_ROWS_V1(24),
  DELETE_ROWS_V1(25),
  INCIDENT(26),
  HEARTBEAT(27),
  IGNORABLE(28),
  ROWS_QUERY(29),
  WRITE_ROWS(30),
  UPDATE_ROWS(31),
  DELETE_ROWS(32),
  GTID(33),
  ANONYMOUS_GTID(34),
  PREVIOUS_GTIDS(35),
  TRANSACTION_CONTEXT(36),
  VIEW_CHANGE(37),
  XA_PREPARE(38),
  PARTIAL_UPDATE_ROWS(39),
  TRANSACTION_PAYLOAD(40),
  HEARTBEAT_V2(41),
  GTID_TAGGED(42),
  MARIADB_ANNOTATE_ROWS(160),
  MARIADB_BINLOG_CHECKPOINT(161),
  MARIADB_GTID(162),
  MARIADB_GTID_LIST(163),
  MARIADB_START_ENCRYPTION(164),
  MARIADB_QUERY_COMPRESSED(165),
  MARIADB_WRITE_ROWS_COMPRESSED_V1(166),
  MARIADB_UPDATE_ROWS_COMPRESSED_V1(167),
  MARIADB_DELETE_ROWS_COMPRESSED_V1(168),
  MARIADB_WRITE_ROWS_COMPRESSED(169),
  MARIADB_UPDATE_ROWS_COMPRESSED(170),
  MARIADB_DELETE_ROWS_COMPRESSED(171),
  /** Any other number. */
  UNKNOWN(-1);

  private static final EventType[] BY_CODE = byCode();

  private final int code;

  EventType(int code) {
    this.code = code;
  }

  /** The type of a number; {@link #UNKNOWN} if there is none. */
  static EventType of(int code) {
    return BY_CODE[code & 0xFF];
  }

  /** Whether the first bytes tell all that matters, unless rows of a selected table are in it. */
  boolean isKnownByItsHead() {
    return switch (this) {
      case IGNORABLE, ROWS_QUERY, MARIADB_ANNOTATE_ROWS, UNKNOWN -> true;
      default -> hasRows();
    };
  }

  /** Whether the event holds rows of a table. */
  boolean hasRows() {
    return switch (this) {
      case WRITE_ROWS_V1,
          UPDATE_ROWS_V1,
          DELETE_ROWS_V1,
          WRITE_ROWS,
          UPDATE_ROWS,
          DELETE_ROWS,
          PARTIAL_UPDATE_ROWS,
          MARIADB_WRITE_ROWS_COMPRESSED_V1,
          MARIADB_UPDATE_ROWS_COMPRESSED_V1,
          MARIADB_DELETE_ROWS_COMPRESSED_V1,
          MARIADB_WRITE_ROWS_COMPRESSED,
          MARIADB_UPDATE_ROWS_COMPRESSED,
          MARIADB_DELETE_ROWS_COMPRESSED ->
          true;
      default -> false;
    };
  }

  /** Whether MariaDB has compressed a part of the event. */
  boolean isCompressed() {
    return switch (this) {
      case MARIADB_QUERY_COMPRESSED,
          MARIADB_WRITE_ROWS_COMPRESSED_V1,
          MARIADB_UPDATE_ROWS_COMPRESSED_V1,
          MARIADB_DELETE_ROWS_COMPRESSED_V1,
          MARIADB_WRITE_ROWS_COMPRESSED,
          MARIADB_UPDATE_ROWS_COMPRESSED,
          MARIADB_DELETE_ROWS_COMPRESSED ->
          true;
      default -> false;
    };
  }

  private static EventType[] byCode() {
    EventType[] types = new EventType[1 << Byte.SIZE];
    Arrays.fill(types, UNKNOWN);
    for (EventType type : values()) {
      if (type.code >= 0) {
        types[type.code] = type;
      }
    }
    return types;
  }
}
