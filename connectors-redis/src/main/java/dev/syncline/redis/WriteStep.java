package dev.syncline.redis;

import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyFlush;

/** What a writer does next, in the order of the changes that it comes from. */
sealed interface WriteStep {

  /**
   * Sends values of a copy, each of which may be sent again.
   *
   * @param marks the hashes of the keys if there is a copy, else nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Values(CommandBatch batch, long[] marks) implements WriteStep {}

  /**
   * Sends commands that take effect once, together with the position behind them.
   *
   * @param marks the hashes of the keys if there is a copy, else nothing
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Commands(CommandBatch batch, long[] marks) implements WriteStep {}

  /** Begins a copy. */
  record Begin(CopyBegin copy) implements WriteStep {}

  /** Ends a copy. */
  record End(CopyEnd copy) implements WriteStep {}

  /** Deletes some keys of databases, which have to be looked for. */
  record FlushSome(KeyFlush flush) implements WriteStep {}
}
