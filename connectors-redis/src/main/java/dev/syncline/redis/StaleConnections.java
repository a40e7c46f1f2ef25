package dev.syncline.redis;

import dev.syncline.TransientException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The connections of writers to a cluster that were closed. What these had sent may still lie
 * unread at a master that was slow to answer, and would be carried out in between what the next
 * writer sends. So that one ends them first. Thread-safe.
 */
final class StaleConnections {

  private final Set<String> closed = ConcurrentHashMap.newKeySet();

  /** A name for the connections of a new writer. */
  static String newName() {
    return "syncline-writer-" + UUID.randomUUID();
  }

  /** Notes that a writer was closed. */
  void add(String name) {
    closed.add(name);
  }

  /**
   * Ends the connections of closed writers at all masters.
   *
   * @throws TransientException if that cannot be done now
   */
  void end(List<RespConnection> masters) {
    Set<String> names = Set.copyOf(closed);
    if (!names.isEmpty()) {
      masters.forEach(master -> end(master, names));
      closed.removeAll(names);
    }
  }

  private static void end(RespConnection master, Set<String> names) {
    for (String line : master.text("CLIENT", "LIST").lines().toList()) {
      String[] words = line.split(" ", -1);
      for (String word : words) {
        if (word.startsWith("name=") && names.contains(word.substring("name=".length()))) {
          master.call("CLIENT", "KILL", "ID", words[0].substring("id=".length()));
        }
      }
    }
  }
}
