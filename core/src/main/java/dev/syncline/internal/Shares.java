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
  private final Map<Long, Use> claimed = new HashMap<>();
  private final Deque<Use> uses = new ArrayDeque<>();
  private @Nullable TransactionPart<C> examined;
  private Optional<Splitter.Cut<C>> cut = Optional.empty();

  Shares(Splitter<C> splitter, List<Lane<C>> lanes) {
    this.splitter = splitter;
    this.lanes = List.copyOf(lanes);
  }

  List<Lane<C>> lanes() {
    return lanes;
  }

  /** The shares of a transaction that may be offered several times. */
  Optional<Splitter.Cut<C>> cut(TransactionPart<C> part) {
    if (examined != part) {
      cut = part.isLast() ? splitter.cut(part) : Optional.empty();
      examined = part;
    }
    return cut;
  }

  /** Takes a transaction in shares unless a queue is full. */
  boolean offer(String stream, Splitter.Cut<C> transaction) {
    for (int i = 0; i < lanes.size(); i++) {
      TransactionPart<C> share = transaction.share(i);
      if (share != null && !lanes.get(i).hasRoom(share.bytes())) {
        return false;
      }
    }
    List<List<Lane.Wait>> waits = claim(transaction.claims());
    for (int i = 0; i < lanes.size(); i++) {
      TransactionPart<C> share = transaction.share(i);
      if (share != null) {
        lanes.get(i).add(stream, share, waits.isEmpty() ? List.of() : waits.get(i));
      }
    }
    return true;
  }

  /** For each lane what it must wait for; empty if none must. */
  private List<List<Lane.Wait>> claim(List<Splitter.Claim> claims) {
    forgetCommitted();
    if (claims.isEmpty()) {
      return List.of();
    }
    List<List<Lane.Wait>> waits = new ArrayList<>();
    lanes.forEach(lane -> waits.add(new ArrayList<>()));
    for (Splitter.Claim claim : claims) {
      Use use =
          new Use(claim.value(), claim.lane(), lanes.get(claim.lane()).sequence() + 1);
      Use before = claimed.put(claim.value(), use);
      uses.addLast(use);
      if (before != null && before.lane() != claim.lane()) {
        Lane.Wait wait = new Lane.Wait(lanes.get(before.lane()), before.sequence());
        if (!wait.isOver()) {
          waits.get(claim.lane()).add(wait);
        }
      }
    }
    return waits;
  }

  private void forgetCommitted() {
    for (Use use = uses.peekFirst();
        use != null && lanes.get(use.lane()).hasCommitted(use.sequence());
        use = uses.peekFirst()) {
      uses.removeFirst();
      claimed.remove(use.value(), use);
    }
  }
}
