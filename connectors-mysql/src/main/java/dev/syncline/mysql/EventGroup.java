package dev.syncline.mysql;

import dev.syncline.mysql.GroupStart.Extent;
import dev.syncline.mysql.RowDecoders.RowDecoder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The group of events that is being read: a transaction or a statement. Not thread-safe. */
final class EventGroup {
  private MySqlTransactionId id;
  private final GroupStart start;
  private final boolean known;
  private final Map<Long, Target> targets = new HashMap<>();
  private final Map<String, Long> savepoints = new HashMap<>();
  private Extent extent;
  private String xa;
  private final List<RawEvent> kept = new ArrayList<>();
  private long keptBytes;
  private boolean hasUndecidedChanges;
  private boolean made;
  private long latestSecond;

  /** What a TABLE_MAP event stands for. */
  enum Role {
    /** A selected table. */
    SELECTED,
    /** Our own watermark table. */
    WATERMARKS,
    /** Any other table. */
    OTHER
  }

  /**
   * What row events of a table number are about.
   *
   * @param table the name, for messages
   * @param decoder present for selected tables
   */
  record Target(Role role, String table, @Nullable RowDecoder decoder) {}

  /**
   * A group.
   *
   * @param known whether the position from which we read includes it, or it is left out
   */
  EventGroup(MySqlTransactionId id, GroupStart start, boolean known) {
    this.id = id;
    this.start = start;
    this.known = known;
    this.extent = start.extent();
    this.xa = start.xid();
  }

  MySqlTransactionId id() {
    return id;
  }

  GroupStart start() {
    return start;
  }

  /** Whether the group was read before or never ends, so that its content does not matter. */
  boolean isKnown() {
    return known;
  }

  boolean endsWithItsStatement() {
    return extent == Extent.STATEMENT;
  }

  /** Says that a commit or a rollback will end the group. */
  void beginTransaction() {
    extent = Extent.TRANSACTION;
  }

  /** Says that the group prepares an XA transaction. */
  void beginXa(String xid) {
    xa = xid;
    extent = Extent.TRANSACTION;
  }

  /** Whether nobody knows yet whether what is in the group will be committed. */
  boolean isUndecided() {
    return !xa.isEmpty();
  }

  /** Says that the group commits an XA transaction, so that its changes count. */
  void commitXa(String xid) {
    id = id.committing(xid);
    xa = "";
  }

  /**
   * Takes note of an event of an XA transaction that will count if it is committed.
   *
   * @param isChange whether it changes a selected table
   */
  void keep(RawEvent event, boolean isChange) {
    hasUndecidedChanges |= isChange;
    keptBytes += PreparedXa.bytesOf(event);
    if (keptBytes > PreparedXa.MAX_BYTES) {
      kept.clear();
    } else {
      kept.add(event);
    }
  }

  /** Whether the group has changes of an XA transaction that will count if it is committed. */
  boolean hasUndecidedChanges() {
    return hasUndecidedChanges && isUndecided();
  }

  /** What is known of the XA transaction in the group. */
  PreparedXa.Prepared prepared() {
    boolean hasChanges = hasUndecidedChanges || known;
    List<RawEvent> events = hasUndecidedChanges ? kept : List.of();
    return new PreparedXa.Prepared(xa, Optional.of(id.begin()), hasChanges, events);
  }

  /** Takes note of the statement that makes the table whose rows follow. */
  void make() {
    made = true;
  }

  /** Whether the group makes a selected table. */
  boolean hasMade() {
    return made;
  }

  /** Takes note of an event's time. */
  void sees(RawEvent event) {
    latestSecond = Math.max(latestSecond, event.second());
  }

  Instant committedAt() {
    return start.committedAt().orElseGet(() -> Instant.ofEpochSecond(latestSecond));
  }

  void map(long tableId, Target target) {
    targets.put(tableId, target);
  }

  Optional<Target> target(long tableId) {
    return Optional.ofNullable(targets.get(tableId));
  }

  /** Forgets the tables: their numbers are valid within a statement only. */
  void endStatement() {
    targets.clear();
  }

  void savepoint(String name, long changes) {
    savepoints.put(name, changes);
  }

  /** How many changes the group had at a savepoint; 0 if it was before the first one. */
  long changesAt(String savepoint) {
    return savepoints.getOrDefault(savepoint, 0L);
  }
}
