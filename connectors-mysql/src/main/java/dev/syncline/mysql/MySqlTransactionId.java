package dev.syncline.mysql;

import dev.syncline.change.TransactionId;
import java.util.Objects;
import java.util.Optional;

/**
 * A transaction of the binlog, known by where it begins and, on a MySQL server with GTIDs, by its
 * GTID.
 *
 * @param begin where its first event begins, on the server that it was read from
 * @param gtid its GTID, if MySQL gave it one; MariaDB's are not kept here
 */
record MySqlTransactionId(BinlogPoint begin, Optional<Gtid> gtid) implements TransactionId {

  /** Checks that nothing is missing. */
  MySqlTransactionId {
    Objects.requireNonNull(begin, "begin");
    Objects.requireNonNull(gtid, "gtid");
  }

  @Override
  public String toString() {
    return gtid.map(g -> g + " at " + begin).orElseGet(begin::toString);
  }
}
