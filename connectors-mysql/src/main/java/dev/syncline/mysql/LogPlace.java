package dev.syncline.mysql;

import dev.syncline.SyncException;
import java.nio.charset.StandardCharsets;

/**
 * Where in the binlog files a stream stands. Offsets have 64 bits here, although events carry only
 * the lower 32. Not thread-safe.
 */
final class LogPlace {
  private static final long LOW = 0xFFFF_FFFFL;

  private final boolean fileIsGiven;
  private BinlogPoint point;
  private boolean rotated;

  /**
   * A place before the first event.
   *
   * @param point where the stream was asked to begin
   * @param fileIsGiven whether the server must begin in the file of that point
   */
  LogPlace(BinlogPoint point, boolean fileIsGiven) {
    this.point = point;
    this.fileIsGiven = fileIsGiven;
  }

  /** Behind the last event. */
  BinlogPoint point() {
    return point;
  }

  /**
   * Moves behind an event.
   *
   * @return where the event begins
   */
  BinlogPoint pass(RawEvent event) {
    if (event.isArtificial()) {
      return point;
    }
    long low = point.offset() & LOW;
    long next = event.nextOffset();
    boolean backwards = next < low;
    boolean atTheBeginning =
        switch (event.type()) {
          case FORMAT_DESCRIPTION,
              PREVIOUS_GTIDS,
              MARIADB_GTID_LIST,
              MARIADB_BINLOG_CHECKPOINT,
              MARIADB_START_ENCRYPTION ->
              true;
          default -> false;
        };
    if (backwards && atTheBeginning) {
      return point;
    }
    long end = point.offset() - low + next + (backwards ? LOW + 1 : 0);
    point = point.at(end);
    return point.at(Math.max(0, end - event.length()));
  }

  /** Moves into the file that a ROTATE event names. */
  void rotate(RawEvent event) {
    ByteCursor body = event.body();
    long offset = body.signedLong();
    String file = body.text(body.remaining(), StandardCharsets.UTF_8);
    boolean first = !rotated;
    rotated = true;
    if (first && fileIsGiven && !file.equals(point.file())) {
      throw new SyncException(
          "The server began to send binlog file '%s' instead of '%s'; start the job anew."
              .formatted(file, point.file()));
    }
    if (!first && BinlogPoint.compareFiles(file, point.file()) < 0) {
      throw new SyncException(
          ("The server went back from binlog file '%s' to '%s'; its binlog was reset or renamed."
                  + " Start the job anew with a snapshot.")
              .formatted(point.file(), file));
    }
    // At the end of a file two events name the next one.
    boolean repeated = !first && file.equals(point.file());
    point = repeated ? point : new BinlogPoint(file, offset);
  }

  /** Moves to the place that the server says it has reached without sending anything. */
  void heartbeat(RawEvent event) {
    if (event.type() == EventType.HEARTBEAT && rotated) {
      ByteCursor body = event.body();
      boolean here = body.text(body.remaining(), StandardCharsets.UTF_8).equals(point.file());
      if (here && event.nextOffset() > (point.offset() & LOW)) {
        point = point.at(point.offset() - (point.offset() & LOW) + event.nextOffset());
      }
    }
  }
}
