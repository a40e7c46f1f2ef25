package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Which master of a cluster has which slots. A shard is named by its slots, such as {@code 0-5460}
 * or {@code 0-99_5461-10922}, so that it keeps its name when a replica takes over. Immutable.
 *
 * @param masters the masters by the names of their shards
 */
record ClusterLayout(SortedMap<String, RedisAddress> masters) {

  /** What CLUSTER NODES says of one node. */
  private record Node(String flags, String address, List<String> slots) {

    /**
     * Reads a line: id, address, flags, master, ping, pong, epoch, state of the link, slots.
     *
     * @throws SyncException if it is no such line
     */
    static Node parse(String line) {
      String[] words = line.trim().split(" ", -1);
      if (words.length < 8) {
        throw new SyncException("CLUSTER NODES gives the line '" + line + "', which is too short.");
      }
      List<String> slots = new ArrayList<>();
      for (int i = 8; i < words.length; i++) {
        slots.add(words[i]);
      }
      return new Node(words[2], words[1], slots);
    }

    boolean is(String flag) {
      return List.of(flags.split(",", -1)).contains(flag);
    }

    /** The slots that it has; not those that are on their way. */
    String shard() {
      return String.join("_", slots.stream().filter(slot -> !slot.startsWith("[")).toList());
    }

    Optional<String> moving() {
      return slots.stream().filter(slot -> slot.startsWith("[")).findFirst();
    }

    /** Its address, without which there is no layout. */
    RedisAddress address(RedisAddress asked) {
      return find(asked)
          .orElseThrow(
              () ->
                  new TransientException(
                      "Node '%s' does not know where the node '%s' of its cluster is."
                          .formatted(asked, address)));
    }

    /**
     * An address such as {@code 127.0.0.1:7000@17000,name}; empty host: that of whoever says it.
     */
    Optional<RedisAddress> find(RedisAddress asked) {
      String bare = address.split("[@,]", 2)[0];
      int colon = bare.lastIndexOf(':');
      String port = bare.substring(colon + 1);
      if (colon < 0 || !port.matches("[1-9]\\d{0,4}")) {
        return Optional.empty();
      }
      String host = bare.substring(0, colon);
      return Optional.of(
          new RedisAddress(host.isEmpty() ? asked.host() : host, Integer.parseInt(port)));
    }
  }

  /**
   * Asks a node.
   *
   * @throws TransientException if the cluster is not whole at this moment
   */
  static ClusterLayout of(RespConnection connection) {
    return parse(connection.text("CLUSTER", "NODES"), connection.address());
  }

  /**
   * Reads what a node has answered to CLUSTER NODES.
   *
   * @throws TransientException if the cluster is not whole at this moment
   */
  static ClusterLayout parse(String text, RedisAddress asked) {
    SortedMap<String, RedisAddress> masters = new TreeMap<>();
    int slots = 0;
    for (Node node : nodes(text)) {
      if (node.is("master") && !node.shard().isEmpty()) {
        if (node.is("fail")) {
          throw new TransientException(
              "Master '%s' of the cluster is down, and no replica has taken over."
                  .formatted(node.address()));
        }
        masters.put(node.shard(), node.address(asked));
        slots += count(node.shard());
      }
    }
    if (slots != ClusterSlots.COUNT) {
      throw new TransientException(
          "Node '%s' knows masters for %d of %d slots of the cluster only."
              .formatted(asked, slots, ClusterSlots.COUNT));
    }
    return new ClusterLayout(masters);
  }

  /**
   * The replicas that may take over from a master, by what a node has answered to CLUSTER NODES:
   * those that are there and have an address.
   */
  static List<RedisAddress> replicas(String text, RedisAddress asked) {
    return nodes(text).stream()
        .filter(node -> node.is("slave"))
        .filter(node -> Stream.of("fail", "handshake", "noaddr").noneMatch(node::is))
        .flatMap(node -> node.find(asked).stream())
        .toList();
  }

  private static List<Node> nodes(String text) {
    List<Node> nodes = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      if (!line.isBlank()) {
        nodes.add(Node.parse(line));
      }
    }
    return nodes;
  }

  private static int count(String shard) {
    int count = 0;
    for (String range : shard.split("_", -1)) {
      int dash = range.indexOf('-');
      count +=
          dash < 0
              ? 1
              : Integer.parseInt(range.substring(dash + 1))
                  - Integer.parseInt(range.substring(0, dash))
                  + 1;
    }
    return count;
  }

  /** The first slot of a shard. */
  static int firstSlot(String shard) {
    return Integer.parseInt(shard.split("[-_]", 2)[0]);
  }

  /** Whether a slot is one of a shard's. */
  static boolean[] slots(String shard) {
    boolean[] slots = new boolean[ClusterSlots.COUNT];
    for (String range : shard.split("_", -1)) {
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int slot = first; slot <= last; slot++) {
        slots[slot] = true;
      }
    }
    return slots;
  }

  /**
   * What has become of the slots of a shard, by the node that has them; empty if it has just these,
   * and none is on its way from or to it.
   *
   * @throws TransientException if the node is no master any more
   */
  static Optional<String> changeOf(String shard, RespConnection node) {
    return changeOf(shard, node.text("CLUSTER", "NODES"), node.address());
  }

  /** The same by what the node has answered to CLUSTER NODES. */
  static Optional<String> changeOf(String shard, String text, RedisAddress asked) {
    for (Node known : nodes(text)) {
      if (known.is("myself")) {
        if (!known.is("master")) {
          throw new TransientException(
              "Node '%s' of the cluster is a replica now: another one has taken over."
                  .formatted(asked));
        }
        if (known.moving().isPresent()) {
          return Optional.of("slot " + known.moving().get() + " is on its way");
        }
        return known.shard().equals(shard)
            ? Optional.empty()
            : Optional.of("the node has the slots '" + known.shard() + "' now");
      }
    }
    return Optional.of("the node does not know itself");
  }

  /** What is to be done about a job when slots have moved. */
  static String startAnew(String job) {
    return ("Delete the checkpoint of job '%s' and, if the target is no cluster, its key '%s' in"
            + " the sink's recordsDatabase; then start it anew, with existingKeys(REPLACE), or KEEP"
            + " if the target has keys of its own in the selection.")
        .formatted(job, SinkRecords.key(job));
  }
}
