package dev.syncline.mysql;

/** How a reader learns which transactions a read has seen. */
enum MarkMethod {
  /** MySQL's GTIDs around the read: {@link GtidMark}. */
  GTIDS,
  /** MariaDB's place in the log of a read view: {@link MariaDbMark}. */
  BINLOG_SNAPSHOT,
  /** Rows in a table of ours around the read: {@link WatermarkMark}. */
  WATERMARKS,
  /** Rows locked against changes until the end of the log is known: {@link PointMark}. */
  SHARE_LOCKS;

  /** The best way that a server offers; watermarks only where the user has given us a table. */
  static MarkMethod of(MySqlFacts facts, boolean hasWatermarkTable) {
    if (facts.mariaDb()) {
      return BINLOG_SNAPSHOT;
    }
    if (facts.hasGtids()) {
      return GTIDS;
    }
    // A row that is visible proves something about the log only if commits keep the log's order.
    return hasWatermarkTable && facts.isOn("binlog_order_commits") ? WATERMARKS : SHARE_LOCKS;
  }
}
