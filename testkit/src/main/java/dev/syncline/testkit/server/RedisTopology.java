package dev.syncline.testkit.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a node of a cluster knows of it.
 *
 * @param nodes all nodes that it has met
 */
record RedisTopology(List<Node> nodes) {
  /**
   * A node.
   *
   * @param id its name, 40 hexadecimal digits
   * @param port the port for clients
   * @param master the id of its master; empty if it is one itself
   * @param slots its slots
   */
  record Node(String id, int port, String master, BitSet slots) {}

  /** Reads what {@code CLUSTER NODES} says. */
  static RedisTopology parse(String text) {
    List<Node> nodes = new ArrayList<>();
    for (String line : text.lines().toList()) {
      String[] words = line.split(" ", -1);
      boolean met = Arrays.stream(words[2].split(",", -1)).noneMatch("handshake"::equals);
      if (met) {
        String address = words[1].replaceFirst("@.*", "");
        int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
        String master = words[3].equals("-") ? "" : words[3];
        nodes.add(new Node(words[0], port, master, slots(words)));
      }
    }
    return new RedisTopology(List.copyOf(nodes));
  }

  private static BitSet slots(String[] words) {
    BitSet slots = new BitSet(RedisCluster.SLOTS);
    for (int i = 8; i < words.length; i++) {
      // In brackets are those that are on their way.
      if (!words[i].isEmpty() && !words[i].startsWith("[")) {
        String[] range = words[i].split("-", 2);
        slots.set(Integer.parseInt(range[0]), Integer.parseInt(range[range.length - 1]) + 1);
      }
    }
    return slots;
  }

  Node ofPort(int port) {
    return one("port " + port, node -> node.port() == port);
  }

  Node ofId(String id) {
    return one("id " + id, node -> node.id().equals(id));
  }

  private Node one(String what, Predicate<Node> condition) {
    return nodes.stream()
        .filter(condition)
        .findFirst()
        .orElseThrow(() -> new ServerException("The cluster has no node with " + what + "."));
  }

  /** The slots of all nodes. */
  BitSet slots() {
    BitSet all = new BitSet(RedisCluster.SLOTS);
    nodes.forEach(node -> all.or(node.slots()));
    return all;
  }
}
