package dev.syncline.mysql;

import dev.syncline.Completion;
import dev.syncline.change.KeyRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Joins finished parts of a table that lie side by side. */
final class Completions {

  private Completions() {}

  /**
   * The same parts with neighbours in one: the bound where one ends is the bound behind which the
   * next begins. Only the source understands bounds, so nothing else is taken for overlapping.
   */
  static List<Completion> joined(List<Completion> parts) {
    Map<String, Completion> byBeginning = new HashMap<>();
    Set<String> ends = new HashSet<>();
    for (Completion part : parts) {
      boolean plain = part.asOf().isEmpty();
      if (!plain || byBeginning.putIfAbsent(part.range().after(), part) != null) {
        // Read at an exact point, or begun in the same place as another: nothing to gain.
        return List.copyOf(parts);
      }
      ends.add(part.range().upTo());
    }
    List<Completion> joined = new ArrayList<>();
    Set<Completion> used = new HashSet<>();
    for (Completion part : parts) {
      String beginning = part.range().after();
      if (beginning.equals(KeyRange.OPEN) || !ends.contains(beginning)) {
        joined.add(extended(part, byBeginning, used));
      }
    }
    // Parts that only lead to each other have no beginning; leave such nonsense as it is.
    return used.size() == parts.size() ? joined : List.copyOf(parts);
  }

  private static Completion extended(
      Completion first, Map<String, Completion> byBeginning, Set<Completion> used) {
    Completion last = first;
    used.add(first);
    while (!last.range().isLast()) {
      Completion next = byBeginning.get(last.range().upTo());
      if (next == null || next.equals(last)) {
        break;
      }
      used.add(next);
      last = next;
    }
    return new Completion(new KeyRange(first.range().after(), last.range().upTo()), "");
  }
}
