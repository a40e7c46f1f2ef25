package dev.syncline.mysql;

import dev.syncline.change.TransactionId;
import java.util.Objects;
import java.util.Optional;

/**
 * A transaction of the binlog, known by where it begins and, on a server that has them, by its
 * GTID.
 *
 * @param begin where its first event begins, on the server that it was read from
 * @param gtid its GTID, if MySQL gave it one
 * @param mariaDb its GTID, if MariaDB gave it one
 * @param xa the XA transaction that it commits; empty if it is none
 */
record MySqlTransactionId(
    BinlogPoint begin, Optional<Gtid> gtid, Optional<MariaDbGtid> mariaDb, String xa)
    implements TransactionId {

  /** Checks that nothing is missing. */
  MySqlTransactionId {
    Objects.requireNonNull(begin, "begin");
    Objects.requireNonNull(gtid, "gtid");
    Objects.requireNonNull(mariaDb, "mariaDb");
    Objects.requireNonNull(xa, "xa");
  }

  /** A transaction that commits no XA transaction. */
  static MySqlTransactionId of(
      BinlogPoint begin, Optional<Gtid> gtid, Optional<MariaDbGtid> mariaDb) {
    return new MySqlTransactionId(begin, gtid, mariaDb, "");
  }

  /** The same that commits an XA transaction. */
  MySqlTransactionId committing(String xid) {
    return new MySqlTransactionId(begin, gtid, mariaDb, xid);
  }

  boolean isXa() {
    return !xa.isEmpty();
  }

  /** Its GTID, or where it begins if it has none. */
  String name() {
    return globalName().orElseGet(begin::toString);
  }

  private Optional<String> globalName() {
    return gtid.map(Gtid::toString).or(() -> mariaDb.map(MariaDbGtid::toString));
  }

  @Override
  public String toString() {
    return globalName().map(g -> g + " at " + begin).orElseGet(begin::toString);
  }
}
