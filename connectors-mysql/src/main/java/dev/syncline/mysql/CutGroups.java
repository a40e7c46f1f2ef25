package dev.syncline.mysql;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The groups of events whose beginning was handed on and whose end the server never wrote, because
 * it crashed. Who reads them again leaves them out. Thread-safe.
 */
final class CutGroups {
  /** Each one took a crash of the server in the middle of a large transaction. */
  static final int MAX_GROUPS = 100;

  private final Set<MySqlTransactionId> groups = new LinkedHashSet<>();

  /** Remembers a group, and forgets the oldest one if there are too many. */
  synchronized void add(MySqlTransactionId group) {
    groups.add(group);
    if (groups.size() > MAX_GROUPS) {
      Iterator<MySqlTransactionId> oldest = groups.iterator();
      oldest.next();
      oldest.remove();
    }
  }

  synchronized boolean contains(MySqlTransactionId group) {
    return groups.contains(group);
  }
}
