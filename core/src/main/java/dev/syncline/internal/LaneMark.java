package dev.syncline.internal;

import java.util.List;

/**
 * What had been sent to each lane at a moment.
 *
 * @param waits one for each lane
 */
record LaneMark(List<Lane.Wait> waits) {

  LaneMark {
    waits = List.copyOf(waits);
  }

  /** Whether every lane has committed what was sent to it. */
  boolean isCommitted() {
    for (int i = 0; i < waits.size(); i++) {
      if (!waits.get(i).isOver()) {
        return false;
      }
    }
    return true;
  }
}
