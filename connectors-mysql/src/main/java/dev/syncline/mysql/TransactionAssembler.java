package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.TransactionCutException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import dev.syncline.mysql.EventGroup.Role;
import dev.syncline.mysql.EventGroup.Target;
import dev.syncline.mysql.PreparedXa.Prepared;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts binlog events together to transactions of the selected tables, and keeps the position. What
 * it does not understand ends in an exception that names the place. Not thread-safe.
 *
 * <p>A group of events ends with XID, COMMIT, ROLLBACK or XA PREPARE, or with its only statement;
 * nothing else ends one.
 */
final class TransactionAssembler {
  private static final Logger LOGGER = LoggerFactory.getLogger(TransactionAssembler.class);

  private final BinlogScope scope;
  private final MySqlPosition from;
  private final LoggedTables tables;
  private final GroupStatements statements;
  private final PartCollector collector = new PartCollector();
  private final StreamedGtids gtids;
  private final LogPlace place;
  private final PreparedXa prepared = new PreparedXa();
  private @Nullable EventGroup group;
  private @Nullable RowsLeft left;
  private @Nullable Prepared awaited;

  /** A table that is passed over joins at one of them, so each transaction leaves a part. */
  private boolean tellsAll;

  /** Rows of an event that were not decoded yet. */
  private record RowsLeft(RawEvent event, Iterator<TableChange> rows) {}

  /**
   * Begins behind a position.
   *
   * @param ignoresCase whether the server takes table names in any case
   */
  TransactionAssembler(
      BinlogScope scope, MySqlPosition from, RowDecoders decoders, boolean ignoresCase) {
    this.scope = scope;
    this.from = from;
    this.tables = new LoggedTables(scope, decoders);
    this.statements =
        new GroupStatements(
            new StatementJudge(scope.selection(), scope.history(), ignoresCase), scope.history());
    this.gtids = new StreamedGtids(from);
    this.place = new LogPlace(from);
  }

  /** Behind the last event. */
  BinlogPoint point() {
    return place.point();
  }

  /** Where the stream stands; empty inside a transaction. */
  Optional<MySqlPosition> position() {
    return group == null ? Optional.of(gtids.at(place)) : Optional.empty();
  }

  /** Whether a batch is full. */
  boolean isFull() {
    return collector.isFull();
  }

  /** Whether there are parts to be handed on. */
  boolean hasParts() {
    return collector.hasParts();
  }

  /**
   * Hands on parts of transactions; of an open one only if a batch is full of nothing else. One
   * that is no larger than a batch is never handed on in parts, which could not be shared by lanes.
   */
  List<TransactionPart<TableChange>> take() {
    if (group != null && collector.isFull() && !collector.hasParts()) {
      collector.split(group.id(), group.committedAt());
    }
    return collector.take();
  }

  /** Whether the last event has rows for which the batch had no room. */
  boolean hasRowsLeft() {
    return left != null;
  }

  /**
   * Takes such rows until the batch is full.
   *
   * @throws UnsupportedChangeException if one of them cannot be decoded or is too large
   */
  void takeRows() {
    RowsLeft taken = left;
    if (taken != null) {
      guarded(taken.event(), () -> takeRows(taken));
    }
  }

  private void takeRows(RowsLeft taken) {
    while (taken.rows().hasNext() && !isFull()) {
      collector.accept(taken.rows().next());
    }
    left = taken.rows().hasNext() ? taken : null;
  }

  /** Takes all rows of the last event, however many. */
  private void finishEvent() {
    RowsLeft taken = left;
    if (taken != null) {
      guarded(taken.event(), () -> taken.rows().forEachRemaining(collector));
      left = null;
    }
  }

  /**
   * Takes the next event of the log, of rows as many as the batch has room for.
   *
   * @throws UnsupportedChangeException if it may concern a selected table and is not understood
   * @throws SyncException if it cannot stand where it does
   */
  void accept(RawEvent event) {
    finishEvent();
    guarded(
        event,
        () -> {
          if (event.isAboutPlace()) {
            if (group == null) {
              place.move(event);
            }
          } else {
            place.pass(event);
            dispatch(event);
          }
        });
  }

  /** Takes an event out of a compressed transaction, whose own event was taken before. */
  void acceptUnpacked(RawEvent event) {
    finishEvent();
    guarded(event, () -> dispatch(event));
  }

  /**
   * The XA transaction that the open group commits and whose changes are to come: no event of the
   * log before they have been taken.
   */
  Optional<Prepared> awaited() {
    return Optional.ofNullable(awaited);
  }

  /** Where the group begins that commits the XA transaction whose changes are awaited. */
  BinlogPoint commit() {
    return group == null ? point() : group.id().begin();
  }

  /** Takes an event of the XA transaction that is awaited. */
  void acceptPrepared(RawEvent event) {
    finishEvent();
    guarded(event, () -> committed(event));
  }

  /** Says that all events of the XA transaction that is awaited were taken. */
  void endPrepared() {
    finishEvent();
    awaited = null;
    if (group != null) {
      end(group);
    }
  }

  private void committed(RawEvent event) {
    EventGroup open = open(event);
    EventBodies.checkWhole(event, where());
    switch (event.type()) {
      case TABLE_MAP -> tableMap(event);
      case QUERY, EXECUTE_LOAD_QUERY, MARIADB_QUERY_COMPRESSED -> {
        QueryEvent query = QueryEvent.parse(EventBodies.plain(event, "", where()));
        heed(open, query, statements.judgeCommitted(open, query, collector.openCount()));
      }
      case INCIDENT, UNKNOWN -> unknown(event);
      default -> {
        if (event.type().hasRows()) {
          rows(event);
        }
      }
    }
  }

  private void guarded(RawEvent event, Runnable action) {
    try {
      action.run();
    } catch (UnsupportedChangeException e) {
      String message = String.valueOf(e.getMessage());
      boolean placed = message.contains(where());
      throw placed ? e : new UnsupportedChangeException("At " + where() + ": " + message, e);
    } catch (SyncException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new SyncException(
          "Cannot read the %s at %s: %s. Check the server's binlog with mysqlbinlog."
              .formatted(event, where(), e.getMessage()),
          e);
    }
  }

  private void dispatch(RawEvent event) {
    EventBodies.checkWhole(event, where());
    switch (event.type()) {
      case ROTATE -> {
        endFile(event);
        place.rotate(event);
      }
      case FORMAT_DESCRIPTION -> {
        endFile(event);
        place.describe(event);
        tables.describe(event);
      }
      case STOP -> endFile(event);
      case GTID, ANONYMOUS_GTID, GTID_TAGGED, MARIADB_GTID -> {
        checkNoGroup(event);
        begin(GroupStart.parse(event)).sees(event);
      }
      case QUERY, EXECUTE_LOAD_QUERY, MARIADB_QUERY_COMPRESSED -> statement(event);
      case INTVAR, RAND, USER_VAR, BEGIN_LOAD_QUERY, APPEND_BLOCK, DELETE_FILE ->
          openOrBegin().sees(event);
      case TABLE_MAP -> tableMap(event);
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
          rows(event);
      case XID -> {
        EventGroup open = open(event);
        open.sees(event);
        end(open);
      }
      case XA_PREPARE -> prepare(event);
      case TRANSACTION_PAYLOAD -> open(event).sees(event);
      case IGNORABLE,
          ROWS_QUERY,
          PREVIOUS_GTIDS,
          TRANSACTION_CONTEXT,
          VIEW_CHANGE,
          HEARTBEAT,
          HEARTBEAT_V2,
          MARIADB_ANNOTATE_ROWS,
          MARIADB_BINLOG_CHECKPOINT,
          MARIADB_GTID_LIST,
          MARIADB_START_ENCRYPTION -> {}
      case INCIDENT, UNKNOWN -> unknown(event);
    }
  }

  /** A server that crashed leaves the last group unfinished; it has not happened. */
  private void endFile(RawEvent event) {
    if (group == null || event.isArtificial()) {
      return;
    }
    if (collector.isSplit()) {
      scope.cutGroups().add(group.id());
      throw new TransactionCutException(
          ("The binlog ends inside transaction '%s': the server crashed and has rolled it back, but"
                  + " its beginning was handed on. A target that rolls it back too gets the log"
                  + " again without it; the tables of any other target must be loaded anew.")
              .formatted(group.id()));
    }
    if (group.hasMade()) {
      throw stop(
          "the binlog ends inside a transaction that makes a table and fills it; the server crashed"
              + " and has no such table. Start the job anew with a snapshot.");
    }
    LOGGER.warn("The binlog ends inside transaction {}; it is passed over.", group.id());
    collector.abandon();
    group = null;
  }

  private void checkNoGroup(RawEvent event) {
    if (group != null) {
      throw new SyncException(
          "Transaction '%s' has no end before %s at %s. Check the server's binlog with mysqlbinlog."
              .formatted(group.id(), event, where()));
    }
  }

  private EventGroup begin(GroupStart start) {
    BinlogPoint begin = place.begin();
    gtids.check(begin, start);
    MySqlTransactionId id = MySqlTransactionId.of(begin, start.gtid(), start.mariaDb());
    boolean known = from.includes(id) || scope.cutGroups().contains(id);
    EventGroup opened = new EventGroup(id, start, known);
    group = opened;
    tellsAll = scope.history().passesOver();
    return opened;
  }

  private EventGroup openOrBegin() {
    return group != null ? group : begin(GroupStart.BARE);
  }

  private EventGroup open(RawEvent event) {
    if (group == null) {
      throw new SyncException(
          "The %s at %s belongs to no transaction. Check the server's binlog with mysqlbinlog."
              .formatted(event, where()));
    }
    return group;
  }

  private void statement(RawEvent event) {
    EventGroup open = openOrBegin();
    open.sees(event);
    if (open.isUndecided()) {
      open.keep(event, false);
    }
    QueryEvent query = QueryEvent.parse(EventBodies.plain(event, "", where()));
    heed(open, query, statements.judge(open, query, collector.openCount()));
  }

  private void heed(EventGroup open, QueryEvent query, GroupStatements.Outcome outcome) {
    switch (outcome.verdict()) {
      case GOES_ON -> {}
      case ENDS -> end(open);
      case COMMITS_XA -> commit(open, prepared.take(outcome.detail()));
      case ROLLS_BACK_XA -> {
        prepared.take(outcome.detail());
        end(open);
      }
      case DEFINES -> define(open, query, outcome.detail());
      case NEAR -> define(open, query, "");
      case STOPS -> throw stop(outcome.detail());
    }
  }

  private UnsupportedChangeException stop(String reason) {
    return new UnsupportedChangeException("Cannot go on at %s: %s".formatted(where(), reason));
  }

  /**
   * Takes a statement that changes tables. It is all that its group has, but for a table that is
   * made with rows: these follow, as another part behind a position of its own.
   *
   * @param object the selected object; empty if it is about others
   */
  private void define(EventGroup open, QueryEvent query, String object) {
    boolean alone = open.endsWithItsStatement();
    boolean near = object.isEmpty();
    if (!alone && !near) {
      boolean first = collector.openCount() == 0 && !open.isUndecided() && !open.hasMade();
      if (!first || !query.effect().verb().equals("CREATE TABLE")) {
        throw stop(
            "the statement '%s' on '%s' stands in one transaction with changes of rows."
                    .formatted(query.effect().verb(), object)
                + " Start the job anew with a snapshot.");
      }
      open.make();
      if (gtids.hasBegun(open.id())) {
        return;
      }
    }
    Optional<SchemaChange> change;
    try {
      change = near ? scope.history().passOther(query) : scope.history().pass(query, object);
    } catch (UnsupportedChangeException e) {
      throw stop(String.valueOf(e.getMessage()));
    }
    if (change.isEmpty()) {
      if (alone) {
        end(open);
      }
      return;
    }
    if (near && !alone) {
      throw stop("'" + query.effect().verb() + "' of a tool for online changes has rows with it.");
    }
    tables.redefine();
    MySqlPosition end = alone ? pass(open) : gtids.begin(open.id(), place);
    collector.define(open.id(), open.committedAt(), end, change.get());
  }

  private void tableMap(RawEvent event) {
    EventGroup open = open(event);
    if (!open.isKnown()) {
      tables.map(open, event);
      if (open.isUndecided()) {
        open.keep(event, false);
      }
    }
  }

  private void rows(RawEvent event) {
    EventGroup open = open(event);
    open.sees(event);
    if (open.isKnown()) {
      return;
    }
    RowsHeader header = RowsHeader.of(event);
    if (header.hasTable()) {
      Target target =
          open.target(header.tableId()).orElseThrow(() -> header.unannounced(event, where()));
      rows(event, open, target);
    }
    if (header.endsStatement()) {
      open.endStatement();
    }
  }

  private void rows(RawEvent event, EventGroup open, Target target) {
    if (target.role() == Role.WATERMARKS) {
      scope
          .watermarks()
          .ifPresent(table -> table.registry().scan(event.bytes(), open.id().begin()));
    }
    if (target.decoder() == null) {
      return;
    }
    if (open.isUndecided()) {
      open.keep(event, true);
      return;
    }
    String of = " with rows of table '" + target.table() + "'";
    RawEvent rows = EventBodies.plain(event, of, where());
    takeRows(new RowsLeft(rows, target.decoder().decode(rows)));
  }

  /** Takes the end of an XA transaction's changes, which commits it if it has one phase only. */
  private void prepare(RawEvent event) {
    EventGroup open = open(event);
    boolean onePhase = event.body().unsignedByte() != 0;
    if (onePhase) {
      commit(open, open.prepared());
    } else {
      prepared.add(open.prepared());
      end(open);
    }
  }

  /** Ends a group that commits an XA transaction, after its changes if there may be any. */
  private void commit(EventGroup open, Prepared transaction) {
    open.commitXa(transaction.xid());
    if (open.isKnown() || !transaction.hasChanges()) {
      end(open);
    } else {
      awaited = transaction;
    }
  }

  private void end(EventGroup ended) {
    if (scope.cutGroups().contains(ended.id())) {
      throw new SyncException(
          ("Transaction '%s' has an end, but had none when it was read before. Check the server's"
                  + " binlog with mysqlbinlog, and start the job anew with a snapshot.")
              .formatted(ended.id()));
    }
    collector.end(ended.id(), ended.committedAt(), pass(ended), tellsAll && !ended.isKnown());
  }

  private MySqlPosition pass(EventGroup ended) {
    gtids.pass(ended.id());
    group = null;
    return gtids.at(place);
  }

  private void unknown(RawEvent event) {
    if (group == null || !group.isKnown()) {
      EventBodies.checkHarmless(event, where());
    }
  }

  /** The place for messages: where the open group begins, and its GTID if there is one. */
  private String where() {
    EventGroup open = group;
    return open == null ? "'" + place.point() + "'" : "'" + open.id() + "'";
  }
}
