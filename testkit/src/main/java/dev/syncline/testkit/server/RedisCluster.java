package dev.syncline.testkit.server;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real cluster of Redis or Valkey for tests, of which each node is a {@link RedisServer}.
 *
 * <pre>{@code
 * try (RedisCluster cluster = RedisCluster.start(RedisRelease.REDIS_7_0);
 *     RedisClusterClient client = cluster.connect()) {
 *   client.command("SET", "greeting", "hello");
 *   cluster.moveSlots(0, 99, cluster.masters().get(2));
 * }
 * }</pre>
 *
 * <p>It starts in some two seconds, which every node waits before it serves. The slots are spread
 * evenly, the first node having the first. With replicas it takes a second or two longer. Nodes may
 * be killed and restarted as any server; {@link #awaitOk} says when the others know. Thread-safe,
 * but moves and failovers may disturb each other.
 */
public final class RedisCluster implements AutoCloseable {
  /** How many slots there are. */
  public static final int SLOTS = 16_384;

  private static final int KEYS_AT_ONCE = 100;
  private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(6);
  private static final Duration MIGRATE_LIMIT = Duration.ofSeconds(10);

  private final String name;
  private final RedisRelease release;
  private final List<RedisServer> nodes;
  private final @Nullable String password;

  private RedisCluster(Builder builder) {
    this.name = builder.name;
    this.release = builder.release;
    this.password = builder.password;
    this.nodes = new ArrayList<>();
    try {
      for (int i = 0; i < builder.masters * (1 + builder.replicas); i++) {
        nodes.add(builder.node(i).start());
      }
      join(builder.masters, builder.replicas);
      builder.laterTimeout().ifPresent(this::nodeTimeout);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Starts a cluster of three masters without replicas, which the caller closes. */
  public static RedisCluster start(RedisRelease release) {
    return builder(release).start();
  }

  /** Describes a cluster, which the caller closes. */
  public static Builder builder(RedisRelease release) {
    return new Builder(Objects.requireNonNull(release, "release"));
  }

  private void join(int masters, int replicas) {
    for (int i = 0; i < masters; i++) {
      List<Object> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
      IntStream.range(SLOTS * i / masters, SLOTS * (i + 1) / masters).forEach(command::add);
      nodes.get(i).command(command.toArray());
    }
    RedisServer first = nodes.get(0);
    for (int i = 0; i < nodes.size(); i++) {
      RedisServer node = nodes.get(i);
      node.command("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
      if (i > 0) {
        first.command("CLUSTER", "MEET", node.host(), node.port());
      }
    }
    for (RedisServer node : nodes) {
      node.await("has not met the others", () -> topology(node).nodes().size() == nodes.size());
    }
    for (int i = 0; i < masters * replicas; i++) {
      RedisServer replica = nodes.get(masters + i);
      replica.command("CLUSTER", "REPLICATE", id(nodes.get(i % masters)));
    }
    awaitOk();
    for (int i = 0; i < masters * replicas; i++) {
      nodes.get(masters + i).awaitCaughtUp(nodes.get(i % masters));
    }
  }

  private void nodeTimeout(Duration timeout) {
    nodes.forEach(
        node -> node.command("CONFIG", "SET", "cluster-node-timeout", timeout.toMillis()));
  }

  /** The release that runs. */
  public RedisRelease release() {
    return release;
  }

  /** All nodes in the order in which they were started: first those that began as masters. */
  public List<RedisServer> nodes() {
    return List.copyOf(nodes);
  }

  /** The masters that have slots, by their first slot, as the nodes that run see it. */
  public List<RedisServer> masters() {
    return List.copyOf(slots().keySet());
  }

  /** The slots of each master that has some, by their first slot. */
  public Map<RedisServer, BitSet> slots() {
    Map<RedisServer, BitSet> slots = new LinkedHashMap<>();
    topology().nodes().stream()
        .filter(node -> !node.slots().isEmpty())
        .sorted(Comparator.comparingInt(node -> node.slots().nextSetBit(0)))
        .forEach(node -> slots.put(byPort(node.port()), node.slots()));
    return slots;
  }

  /** The replicas of a master. */
  public List<RedisServer> replicasOf(RedisServer master) {
    RedisTopology topology = topology();
    String id = topology.ofPort(master.port()).id();
    return topology.nodes().stream()
        .filter(node -> node.master().equals(id))
        .map(node -> byPort(node.port()))
        .toList();
  }

  /** The master that has a slot. */
  public RedisServer owner(int slot) {
    Objects.checkIndex(slot, SLOTS);
    return slots().entrySet().stream()
        .filter(each -> each.getValue().get(slot))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new ServerException("Nobody has slot " + slot + " of '" + this + "'."));
  }

  /** A client that sends each command to the master of its key, which the caller closes. */
  public RedisClusterClient connect() {
    return new RedisClusterClient(this);
  }

  /**
   * Moves slots with their keys to another master while everybody goes on reading and writing;
   * returns when all nodes that run know.
   *
   * @param first the first slot
   * @param last the last slot
   */
  public void moveSlots(int first, int last, RedisServer target) {
    Objects.checkIndex(first, SLOTS);
    Objects.checkIndex(last, SLOTS);
    try (RespClient to = target.connect()) {
      int slot = first;
      while (slot <= last) {
        RedisServer source = owner(slot);
        BitSet slots = Objects.requireNonNull(slots().get(source));
        int end = Math.min(last + 1, slots.nextClearBit(slot));
        if (!source.equals(target)) {
          move(slot, end, source, to);
        }
        slot = end;
      }
    }
    awaitOk();
  }

  private void move(int from, int end, RedisServer source, RespClient to) {
    String sourceId = id(source);
    String targetId = Objects.requireNonNull(to.text("CLUSTER", "MYID"));
    RedisServer target = byPort(topology().ofId(targetId).port());
    List<RespClient> others = new ArrayList<>();
    try (RespClient client = source.connect()) {
      for (RedisServer master : masters()) {
        if (!master.equals(source) && !master.equals(target)) {
          others.add(master.connect());
        }
      }
      for (int slot = from; slot < end; slot++) {
        to.command("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId);
        client.command("CLUSTER", "SETSLOT", slot, "MIGRATING", targetId);
        moveKeys(slot, client, target);
        // The new owner first, so that there is one at any time.
        to.command("CLUSTER", "SETSLOT", slot, "NODE", targetId);
        client.command("CLUSTER", "SETSLOT", slot, "NODE", targetId);
        for (RespClient other : others) {
          other.command("CLUSTER", "SETSLOT", slot, "NODE", targetId);
        }
      }
    } finally {
      others.forEach(RespClient::close);
    }
  }

  private void moveKeys(int slot, RespClient source, RedisServer target) {
    while (source.command("CLUSTER", "GETKEYSINSLOT", slot, KEYS_AT_ONCE) instanceof List<?> keys
        && !keys.isEmpty()) {
      List<Object> command = new ArrayList<>(List.of("MIGRATE", target.host(), target.port()));
      command.addAll(List.of("", 0, MIGRATE_LIMIT.toMillis()));
      if (password != null) {
        command.addAll(List.of("AUTH", password));
      }
      command.add("KEYS");
      command.addAll(keys);
      source.command(command.toArray());
    }
  }

  /**
   * Makes a replica the master of the slots of its master, which becomes its replica; returns when
   * all nodes that run know. If the master does not run, the replica takes over at once.
   */
  public void failOver(RedisServer replica) {
    RedisTopology topology = topology(replica);
    RedisTopology.Node node = topology.ofPort(replica.port());
    if (node.master().isEmpty()) {
      throw new IllegalStateException("'" + replica + "' is no replica.");
    }
    if (byPort(topology.ofId(node.master()).port()).isRunning()) {
      askToFailOver(replica);
    } else {
      replica.command("CLUSTER", "FAILOVER", "TAKEOVER");
    }
    awaitOk();
  }

  /** The replica tries for 5 s and then gives up, for example if the others voted just before. */
  private static void askToFailOver(RedisServer replica) {
    long[] nextTry = {System.nanoTime()};
    replica.await(
        "has not become a master",
        () -> {
          boolean done = !slotsOf(topology(replica), replica).isEmpty();
          if (!done && System.nanoTime() >= nextTry[0] && takes(replica, "CLUSTER", "FAILOVER")) {
            nextTry[0] = System.nanoTime() + FAILOVER_LIMIT.toNanos();
          }
          return done;
        });
  }

  /** Not while it has just lost its link to its master. */
  private static boolean takes(RedisServer node, Object... command) {
    try {
      node.command(command);
      return true;
    } catch (RespClient.ErrorReply notNow) {
      return false;
    }
  }

  private static BitSet slotsOf(RedisTopology topology, RedisServer node) {
    return topology.ofPort(node.port()).slots();
  }

  /**
   * Waits until all nodes that run agree that each slot has a master that runs, as they need some
   * time to after a kill or a restart.
   *
   * @throws ServerException if that does not happen within 30 s
   */
  public void awaitOk() {
    for (RedisServer node : nodes) {
      if (node.isRunning()) {
        node.await("does not see the whole cluster", () -> seesAll(node));
      }
    }
  }

  /** Not yet, while one of them still loads its data, or has no address of another one. */
  private boolean seesAll(RedisServer node) {
    try {
      return sees(node);
    } catch (RespClient.ErrorReply | ServerException notYet) {
      return false;
    }
  }

  private boolean sees(RedisServer node) {
    if (!"ok".equals(RedisServer.fields(node.text("CLUSTER", "INFO")).get("cluster_state"))) {
      return false;
    }
    RedisTopology seen = topology(node);
    if (seen.nodes().size() != nodes.size() || seen.slots().cardinality() != SLOTS) {
      return false;
    }
    return nodes.stream()
        .allMatch(
            other ->
                other.isRunning()
                    ? seen.ofPort(other.port()).equals(topology(other).ofPort(other.port()))
                    : slotsOf(seen, other).isEmpty());
  }

  private String id(RedisServer node) {
    return Objects.requireNonNull(node.text("CLUSTER", "MYID"));
  }

  private static RedisTopology topology(RedisServer node) {
    return RedisTopology.parse(Objects.requireNonNull(node.text("CLUSTER", "NODES")));
  }

  /** As the first node sees it that runs and is not loading a copy of its master just now. */
  private RedisTopology topology() {
    RespClient.@Nullable ErrorReply refusal = null;
    for (RedisServer node : nodes) {
      try {
        if (node.isRunning()) {
          return topology(node);
        }
      } catch (RespClient.ErrorReply loading) {
        refusal = loading;
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    throw new ServerException("No node of '" + this + "' runs.");
  }

  /** The node that listens on a port. */
  RedisServer byPort(int port) {
    return nodes.stream()
        .filter(node -> node.port() == port)
        .findFirst()
        .orElseThrow(() -> new ServerException("No node of '" + this + "' has port " + port + "."));
  }

  /** Kills all nodes and deletes their data. Closing it again does nothing. */
  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }

  /** The name and release of this cluster. */
  @Override
  public String toString() {
    return name + " (a cluster of " + release + ")";
  }

  /** Describes a cluster. Not thread-safe. */
  public static final class Builder {
    private static final int MOST_NODES = 20;
    private static final Duration QUICK = Duration.ofSeconds(2);
    private static final Duration PATIENT = Duration.ofSeconds(15);

    private final RedisRelease release;
    private final List<Consumer<RedisServer.Builder>> settings = new ArrayList<>();
    private String name = "cluster";
    private int masters = 3;
    private int replicas;
    private @Nullable Duration nodeTimeout;
    private @Nullable String password;

    private Builder(RedisRelease release) {
      if (!release.hasClusters()) {
        throw new IllegalStateException(
            release + " does not know clusters. Take a release from 3.2 on.");
      }
      this.release = release;
    }

    /** A name for messages and folders, at most 30 letters, digits, underscores and hyphens. */
    public Builder name(String name) {
      if (!name.matches("[A-Za-z0-9_-]{1,30}")) {
        throw new IllegalArgumentException(
            "Name '" + name + "' must be 1 to 30 letters, digits, underscores and hyphens.");
      }
      this.name = name;
      return this;
    }

    /** How many masters share the slots; 3 by default, which is the least that elect new ones. */
    public Builder masters(int masters) {
      this.masters = checked(masters, 1);
      return this;
    }

    /** How many replicas each master has; none by default. */
    public Builder replicas(int replicas) {
      this.replicas = checked(replicas, 0);
      return this;
    }

    private static int checked(int number, int least) {
      if (number < least || number > MOST_NODES) {
        throw new IllegalArgumentException(
            "A number of nodes must be from %d to %d, not %d".formatted(least, MOST_NODES, number));
      }
      return number;
    }

    /**
     * After which time without an answer the others take a node for failed and elect one of its
     * replicas; 2 s by default. News spread among the nodes about as slowly. Where there are no
     * replicas nobody can be elected, so by default they bear 15 s once they have met.
     */
    public Builder nodeTimeout(Duration nodeTimeout) {
      this.nodeTimeout = Objects.requireNonNull(nodeTimeout, "nodeTimeout");
      return this;
    }

    /** To be set when the nodes have met. */
    private Optional<Duration> laterTimeout() {
      return nodeTimeout == null && replicas == 0 ? Optional.of(PATIENT) : Optional.empty();
    }

    /** Sets a directive of each node, as {@link RedisServer.Builder#option} does. */
    public Builder option(String directive, String... values) {
      settings.add(node -> node.option(directive, values));
      return this;
    }

    /** Keeps the data of each node in an append-only file. */
    public Builder appendOnly() {
      settings.add(RedisServer.Builder::appendOnly);
      return this;
    }

    /** Wants a password of the default user on each node; none by default. */
    public Builder password(String password) {
      this.password = Objects.requireNonNull(password, "password");
      return this;
    }

    /** Speaks TLS and nothing else, among the nodes too; no TLS by default. */
    public Builder tls() {
      settings.add(RedisServer.Builder::tls);
      return this;
    }

    private RedisServer.Builder node(int number) {
      RedisServer.Builder node =
          RedisServer.builder(release).name(name + "-" + number).ports(LoopbackPort::freePair);
      if (password != null) {
        node.password(password);
      }
      settings.forEach(setting -> setting.accept(node));
      return node.clustered(Objects.requireNonNullElse(nodeTimeout, QUICK));
    }

    /**
     * Starts the nodes and returns when they serve all slots.
     *
     * @throws ServerException if they cannot be fetched or started
     */
    public RedisCluster start() {
      return new RedisCluster(this);
    }
  }
}
