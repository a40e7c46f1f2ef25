package dev.syncline.redis.endtoend;

import dev.syncline.redis.endtoend.RandomKeys.Dump;
import dev.syncline.redis.endtoend.RandomKeys.LastEntry;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisClusterClient;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.ServerException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Threads that write random units into a cluster until they are stopped, each about keys of one
 * slot, and go on when that gets another master. What a master refuses is left out, and so is what
 * meets a slot or a master on its way.
 */
final class ClusterLoad implements AutoCloseable {

  /** What a cluster does not have, or what belongs to no slot. */
  private static final Set<String> ELSEWHERE_ONLY =
      Set.of("SELECT", "MOVE", "SWAPDB", "COPY", "FUNCTION", "FCALL");

  /** Names with one of these numbers between braces, and so in as many slots, of all masters. */
  private static final int TAGS = 4;

  private static final long PAUSE_MILLIS = 1;
  private static final Pattern KEY =
      Pattern.compile("(str|num|bit|hll|list|set|hash|zset|geo|stream|slide|big|wide):\\d+");

  /** How a master refuses what it is not, or not now, the one to carry out. */
  private static final Set<String> ELSEWHERE =
      Set.of("MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN", "READONLY", "LOADING", "MASTERDOWN");

  private final RedisCluster cluster;
  private final RandomKeys keys;
  private final LoadThreads threads = new LoadThreads("cluster-load");
  private final AtomicLong units = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();

  /** Writes all that a cluster has, without some commands. */
  ClusterLoad(RedisCluster cluster, Set<String> without, int writers, long seed) {
    this.cluster = cluster;
    Set<String> all = new HashSet<>(ELSEWHERE_ONLY);
    all.addAll(without);
    this.keys = new RandomKeys(cluster.release(), all);
    for (int i = 0; i < writers; i++) {
      long own = seed + i;
      threads.add(() -> run(new Random(own)));
    }
  }

  /** Executes so many units at once, before anything else. */
  ClusterLoad fill(int count, Random random) throws InterruptedException {
    try (Writer writer = new Writer(random)) {
      for (int i = 0; i < count; i++) {
        writer.write();
      }
    }
    return this;
  }

  ClusterLoad start() {
    threads.start();
    return this;
  }

  private void run(Random random) throws InterruptedException {
    try (Writer writer = new Writer(random)) {
      while (!threads.isStopped()) {
        writer.write();
        Await.pause(PAUSE_MILLIS);
      }
    }
  }

  /** Lets the writers end; what they have written stays. */
  void stop() throws InterruptedException {
    threads.stop();
  }

  /** How much was written and refused. */
  @Override
  public String toString() {
    return units + " units, " + refused + " commands refused";
  }

  @Override
  public void close() {
    threads.close();
  }

  private static Object tagged(Object argument, int tag) {
    if (argument instanceof Dump dump) {
      return new Dump(tagged(dump.key(), tag).toString());
    }
    return argument instanceof String text && KEY.matcher(text).matches()
        ? "{" + tag + "}" + text
        : argument;
  }

  /** A thread's connections. */
  private final class Writer implements AutoCloseable {

    private final Random random;
    private final Map<RedisServer, RespClient> clients = new HashMap<>();
    private final @Nullable RedisServer[] owners = new RedisServer[TAGS];
    private final LastEntry[] last = new LastEntry[TAGS];
    private boolean elsewhere;

    Writer(Random random) {
      this.random = random;
      Arrays.fill(last, new LastEntry("stream:0", "1-1"));
    }

    void write() throws InterruptedException {
      int tag = random.nextInt(TAGS);
      List<Object[]> unit = unit(tag);
      try {
        if (owners[tag] == null) {
          owners[tag] = cluster.owner(RedisClusterClient.slot("{" + tag + "}"));
        }
        RespClient client = clients.computeIfAbsent(owners[tag], RedisServer::connect);
        elsewhere = false;
        write(unit, client, tag);
      } catch (ServerException itIsAway) {
        elsewhere = true;
      }
      if (elsewhere) {
        close();
        Await.moment();
      } else {
        units.incrementAndGet();
      }
    }

    private List<Object[]> unit(int tag) {
      List<Object[]> unit = List.of();
      while (unit.isEmpty() || unit.get(0)[0].equals("SWAPDB")) {
        unit = keys.unit(random, last[tag]);
      }
      unit.forEach(command -> Arrays.setAll(command, i -> tagged(command[i], tag)));
      return unit;
    }

    private void write(List<Object[]> unit, RespClient client, int tag) {
      for (Object[] command : unit) {
        for (int i = 0; i < command.length; i++) {
          if (command[i] instanceof Dump dump) {
            Object dumped = execute(client, tag, "DUMP", dump.key());
            command[i] = Objects.requireNonNullElse(dumped, "none");
          }
        }
      }
      if (unit.size() == 1) {
        execute(client, tag, unit.get(0));
      } else {
        execute(client, tag, "MULTI");
        unit.forEach(command -> execute(client, tag, command));
        execute(client, tag, "EXEC");
      }
    }

    /** What the master says; null too if it refuses. */
    private @Nullable Object execute(RespClient client, int tag, Object... command) {
      try {
        @Nullable Object reply = client.command(command);
        if (command[0].equals("XADD") && reply instanceof byte[] id) {
          last[tag] = new LastEntry((String) command[1], new String(id, StandardCharsets.US_ASCII));
        }
        return reply;
      } catch (RespClient.ErrorReply refusal) {
        refused.incrementAndGet();
        elsewhere |= ELSEWHERE.contains(refusal.getMessage().split(" ", 2)[0]);
        return null;
      }
    }

    @Override
    public void close() {
      clients.values().forEach(RespClient::close);
      clients.clear();
      Arrays.fill(owners, null);
    }
  }
}
