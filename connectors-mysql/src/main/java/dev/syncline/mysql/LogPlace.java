package dev.syncline.mysql;

import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.mysql.MySqlPosition.Plain;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * Where in the binlog files a stream stands. Offsets have 64 bits here, although events carry only
 * the lower 32. Not thread-safe.
 */
final class LogPlace {
  private static final long LOW = 0xFFFF_FFFFL;

  private final boolean fileIsGiven;

  /** Where the stream came into the file; the name is checked once, not for each event. */
  private BinlogPoint entry;

  private long offset;
  private long begin;
  private Optional<Instant> created;
  private boolean rotated;

  /** A place before the first event of a stream that was asked to begin at a position. */
  LogPlace(MySqlPosition from) {
    this.entry = from.point();
    this.offset = entry.offset();
    this.begin = offset;
    this.fileIsGiven = from.progress() instanceof Plain;
    this.created = from.progress() instanceof Plain plain ? plain.created() : Optional.empty();
  }

  /** Behind the last event. */
  BinlogPoint point() {
    return entry.at(offset);
  }

  /** Where the last event begins that {@link #pass} was told of. */
  BinlogPoint begin() {
    return entry.at(begin);
  }

  /** When the server began the file; empty if it has not told yet. */
  Optional<Instant> created() {
    return created;
  }

  /**
   * Takes the description of a file's format, which the server sends also to a stream that begins
   * in the middle of the file.
   *
   * @throws PositionLostException if the file is another one than that of the position
   */
  void describe(RawEvent description) {
    Instant found = description.timestamp();
    if (created.isPresent() && !created.get().equals(found)) {
      throw new PositionLostException(
          ("Cannot resume at '%s': the server began that binlog file at %s, but the one that the"
               + " job has read at %s; its binlog was reset. Start the job anew with a snapshot.")
              .formatted(point(), found, created.get()));
    }
    created = Optional.of(found);
  }

  /** Moves behind an event. */
  void pass(RawEvent event) {
    begin = offset;
    if (event.isArtificial()) {
      return;
    }
    long low = offset & LOW;
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
      return;
    }
    offset += next - low + (backwards ? LOW + 1 : 0);
    begin = Math.max(0, offset - event.length());
  }

  /** Moves into the file that a ROTATE event names. */
  void rotate(RawEvent event) {
    ByteCursor body = event.body();
    long next = body.signedLong();
    String file = body.text(body.remaining(), StandardCharsets.UTF_8);
    boolean first = !rotated;
    rotated = true;
    boolean same = file.equals(entry.file());
    if (first && fileIsGiven && !same) {
      throw new SyncException(
          "The server began to send binlog file '%s' instead of '%s'; start the job anew."
              .formatted(file, entry.file()));
    }
    if (!first && BinlogPoint.compareFiles(file, entry.file()) < 0) {
      throw new SyncException(
          ("The server went back from binlog file '%s' to '%s'; its binlog was reset or renamed."
                  + " Start the job anew with a snapshot.")
              .formatted(entry.file(), file));
    }
    // At the end of a file two events name the next one.
    created = same ? created : Optional.empty();
    if (first || !same) {
      entry = new BinlogPoint(file, next);
      offset = next;
      begin = next;
    }
  }

  /** Moves to the place that the server says it has reached without sending anything. */
  void move(RawEvent event) {
    boolean here =
        switch (event.type()) {
          case HEARTBEAT -> {
            ByteCursor body = event.body();
            yield body.text(body.remaining(), StandardCharsets.UTF_8).equals(entry.file());
          }
          case MARIADB_GTID_LIST -> true;
          default -> false;
        };
    if (rotated && here && event.nextOffset() > (offset & LOW)) {
      offset += event.nextOffset() - (offset & LOW);
    }
  }
}
