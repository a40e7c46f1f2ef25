package dev.syncline.mysql;

import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import org.jspecify.annotations.Nullable;

/**
 * The mark of a read between two watermark rows, whose places in the log are known once the stream
 * has come to them. True on servers that commit in the order of the log only.
 */
final class WatermarkMark implements Mark {
  private final WatermarkRegistry registry;
  private final String lowToken;
  private final String highToken;
  private final XaUnderWay xa;
  private @Nullable BinlogPoint low;
  private @Nullable BinlogPoint high;

  /**
   * A mark.
   *
   * @param xa the XA transactions that were under way behind the low row
   */
  WatermarkMark(WatermarkRegistry registry, String lowToken, XaUnderWay xa, String highToken) {
    this.registry = registry;
    this.lowToken = lowToken;
    this.xa = xa;
    this.highToken = highToken;
  }

  @Override
  public boolean isBefore(TransactionId transaction) {
    BinlogPoint point = low();
    // A stream that has not come to the low row is still before it, and so is all that it gave.
    return transaction instanceof MySqlTransactionId id
        && (point == null || id.begin().compareTo(point) < 0)
        && !(id.isXa() && xa.xids().contains(id.xa()));
  }

  @Override
  public boolean isPassedAt(Position position) {
    BinlogPoint point = high();
    return point != null
        && position instanceof MySqlPosition stream
        && stream.point().compareTo(point) >= 0;
  }

  private synchronized @Nullable BinlogPoint low() {
    if (low == null) {
      low = taken(lowToken);
    }
    return low;
  }

  private synchronized @Nullable BinlogPoint high() {
    if (high == null) {
      high = taken(highToken);
    }
    return high;
  }

  private @Nullable BinlogPoint taken(String token) {
    BinlogPoint point = registry.find(token).orElse(null);
    if (point != null) {
      registry.forget(token);
    }
    return point;
  }
}
