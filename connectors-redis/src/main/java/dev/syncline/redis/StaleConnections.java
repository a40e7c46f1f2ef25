package dev.syncline.redis;

import dev.syncline.TransientException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ends the connections of writers to a cluster that were closed. What these had sent may still lie
 * unread at a master that was slow to answer, and would be carried out in between what the next
 * writer sends. So that one ends first what has the name of a writer of the same sink that is not
 * open any more. Thread-safe.
 */
final class StaleConnections {

  private static final String NAME = "name=";

  private final String prefix = "syncline-writer-" + UUID.randomUUID() + "-";
  private final AtomicLong last = new AtomicLong();

  /** The names of the writers that are open. */
  private final Set<String> open = ConcurrentHashMap.newKeySet();

  /** A name for the connections of a new writer, which is open from now on. */
  String open() {
    String name = prefix + last.incrementAndGet();
    open.add(name);
    return name;
  }

  /** Notes that a writer is closed. */
  void close(String name) {
    open.remove(name);
  }

  /**
   * Ends the connections of closed writers at all masters.
   *
   * @throws TransientException if that cannot be done now
   */
  void end(List<RespConnection> masters) {
    masters.forEach(this::end);
  }

  private void end(RespConnection master) {
    for (String line : master.text("CLIENT", "LIST").lines().toList()) {
      String[] words = line.split(" ", -1);
      for (String word : words) {
        boolean ours = word.startsWith(NAME + prefix);
        if (ours && !open.contains(word.substring(NAME.length()))) {
          master.call("CLIENT", "KILL", "ID", words[0].substring("id=".length()));
        }
      }
    }
  }
}
