package dev.syncline.internal;

import dev.syncline.change.Change;
import dev.syncline.change.TransactionPart;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that share transactions, and what their changes claim of each other. Owned by the job's
 * thread, but for {@link #lanes}.
 */
final class Shares<C extends Change> {

  /** Who has claimed a unique value last. */
  private record Use(long value, int lane, long sequence) {}

  private final Splitter<C> splitter;
  private final List<Lane<C>> lanes;
  private final long mostBytes;
  private final Map<Long, Use> claimed = new HashMap<>();
  private final List<Deque<Use>> uses = new ArrayList<>();
  private @Nullable TransactionPart<C> examined;
  private Optional<Splitter.Cut<C>> cut = Optional.empty();

  /**
   * Lanes that are started.
   *
   * @param mostBytes how large a transaction is shared at most; with larger ones each lane might
   *     hold something that is larger than all limits at the same time
   */
  Shares(Splitter<C> splitter, List<Lane<C>> lanes, long mostBytes) {
    this.splitter = splitter;
    this.lanes = List.copyOf(lanes);
    this.mostBytes = mostBytes;
    lanes.forEach(lane -> uses.add(new ArrayDeque<>()));
  }

  List<Lane<C>> lanes() {
    return lanes;
  }

  /** The shares of a transaction that may be offered several times. */
  @SuppressWarnings("ReferenceEquality") // the same object is offered again
  Optional<Splitter.Cut<C>> cut(TransactionPart<C> part) {
    if (examined != part) {
      boolean shared = part.isLast() && part.bytes() <= mostBytes;
      cut = shared ? splitter.cut(part) : Optional.empty();
      examined = part;
    }
    return cut;
  }

  /** Takes a transaction in shares unless a queue is full. */
  boolean offer(String stream, Splitter.Cut<C> transaction) {
    for (int i = 0; i < lanes.size(); i++) {
      TransactionPart<C> share = transaction.shares().get(i);
      if (share != null && !lanes.get(i).hasRoom(share.bytes())) {
        return false;
      }
    }
    long[][] waits = claim(transaction.claims());
    for (int i = 0; i < lanes.size(); i++) {
      TransactionPart<C> share = transaction.shares().get(i);
      if (share != null) {
        lanes.get(i).add(stream, share, waits.length == 0 ? List.of() : waits(waits[i]));
      }
    }
    return true;
  }

  private List<Lane.Wait> waits(long[] sequences) {
    List<Lane.Wait> waits = new ArrayList<>();
    for (int i = 0; i < sequences.length; i++) {
      if (sequences[i] > 0) {
        waits.add(new Lane.Wait(lanes.get(i), sequences[i]));
      }
    }
    return waits;
  }

  /** For each lane what others must have committed before it; nothing at all without claims. */
  private long[][] claim(List<Splitter.Claim> claims) {
    forgetCommitted();
    if (claims.isEmpty()) {
      return new long[0][];
    }
    long[][] waits = new long[lanes.size()][lanes.size()];
    for (Splitter.Claim claim : claims) {
      int lane = claim.lane();
      Use use = new Use(claim.value(), lane, lanes.get(lane).sequence() + 1);
      Use before = claimed.put(claim.value(), use);
      uses.get(lane).addLast(use);
      if (before != null
          && before.lane() != lane
          && !lanes.get(before.lane()).hasCommitted(before.sequence())) {
        waits[lane][before.lane()] = Math.max(waits[lane][before.lane()], before.sequence());
      }
    }
    return waits;
  }

  private void forgetCommitted() {
    for (int i = 0; i < lanes.size(); i++) {
      Deque<Use> left = uses.get(i);
      for (Use use = left.peekFirst();
          use != null && lanes.get(i).hasCommitted(use.sequence());
          use = left.peekFirst()) {
        left.removeFirst();
        claimed.remove(use.value(), use);
      }
    }
  }
}
