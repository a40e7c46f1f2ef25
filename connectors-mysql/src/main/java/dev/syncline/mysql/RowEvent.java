package dev.syncline.mysql;

import java.util.Optional;

/** The events of the binary log that hold rows, by their type codes. */
enum RowEvent {
  /** Inserted rows, as MySQL before 5.6 and MariaDB write them. */
  WRITE_V1(23, Change.INSERT, false),
  /** Updated rows, as MySQL before 5.6 and MariaDB write them. */
  UPDATE_V1(24, Change.UPDATE, false),
  /** Deleted rows, as MySQL before 5.6 and MariaDB write them. */
  DELETE_V1(25, Change.DELETE, false),
  /** Inserted rows. */
  WRITE_V2(30, Change.INSERT, true),
  /** Updated rows. */
  UPDATE_V2(31, Change.UPDATE, true),
  /** Deleted rows. */
  DELETE_V2(32, Change.DELETE, true),
  /** Updated rows, of JSON documents perhaps only what was changed. */
  PARTIAL_UPDATE(39, Change.UPDATE, true);

  /** What happened to the rows. */
  enum Change {
    INSERT,
    UPDATE,
    DELETE
  }

  private static final RowEvent[] BY_CODE = byCode();

  private final int code;
  private final Change change;
  private final boolean hasExtraData;

  RowEvent(int code, Change change, boolean hasExtraData) {
    this.code = code;
    this.change = change;
    this.hasExtraData = hasExtraData;
  }

  /** The row event with a type code; empty if events of that type hold no rows. */
  static Optional<RowEvent> withCode(int code) {
    return Optional.ofNullable(BY_CODE[code & 0xFF]);
  }

  private static RowEvent[] byCode() {
    RowEvent[] events = new RowEvent[1 << Byte.SIZE];
    for (RowEvent event : values()) {
      events[event.code] = event;
    }
    return events;
  }

  Change change() {
    return change;
  }

  boolean hasExtraData() {
    return hasExtraData;
  }
}
