package dev.syncline.testkit.server;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends each command to the master of its key, and follows when slots move. The key
 * is the command's first argument, as it is of most commands. A command whose connection breaks may
 * have been executed, so it is not sent again: a {@link ServerException} says so, and the next
 * command goes to the master of then. Not thread-safe.
 */
public final class RedisClusterClient implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int POLYNOMIAL = 0x1021;

  private final RedisCluster cluster;
  private final Map<RedisServer, RespClient> clients = new HashMap<>();
  private @Nullable RedisServer[] owners = new RedisServer[RedisCluster.SLOTS];

  RedisClusterClient(RedisCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Sends a command and returns its reply, as {@link RespClient#command} does.
   *
   * @throws RespClient.ErrorReply if the server refuses it; also if the cluster does so for 30 s
   *     because a slot has no master or is on its way
   * @throws ServerException if the connection breaks
   */
  public @Nullable Object command(Object... arguments) {
    int slot = slot(key(arguments));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean asking = false;
    RedisServer node = owner(slot);
    while (true) {
      try {
        RespClient client = client(node);
        if (asking) {
          client.command("ASKING");
        }
        return client.command(arguments);
      } catch (RespClient.ErrorReply refusal) {
        String[] words = refusal.getMessage().split(" ", -1);
        if (System.nanoTime() > deadline) {
          throw refusal;
        }
        switch (words[0]) {
          case "MOVED", "ASK" -> {
            asking = words[0].equals("ASK");
            int colon = words[2].lastIndexOf(':');
            node = cluster.byPort(Integer.parseInt(words[2].substring(colon + 1)));
            if (!asking) {
              owners[slot] = node;
            }
          }
          case "TRYAGAIN", "CLUSTERDOWN", "LOADING" -> {
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
            forget();
            asking = false;
            node = owner(slot);
          }
          default -> throw refusal;
        }
      } catch (ServerException broken) {
        clients.remove(node);
        forget();
        throw broken;
      }
    }
  }

  /** As {@link #command}, for replies that are one value: its text, or null. */
  public @Nullable String text(Object... arguments) {
    return RespClient.textOf(command(arguments));
  }

  /**
   * Sends many commands at once to each master, and again one by one those whose slots had moved.
   * Commands of one slot are executed in their order, unless it moves meanwhile.
   *
   * @return the replies in the order of the commands
   */
  public List<@Nullable Object> pipeline(List<? extends List<?>> commands) {
    Map<RedisServer, List<Integer>> byNode = new HashMap<>();
    for (int i = 0; i < commands.size(); i++) {
      RedisServer owner = owner(slot(key(commands.get(i).toArray())));
      byNode.computeIfAbsent(owner, first -> new ArrayList<>()).add(i);
    }
    @Nullable Object[] replies = new Object[commands.size()];
    byNode.forEach(
        (node, indexes) -> {
          List<List<?>> some = new ArrayList<>();
          indexes.forEach(index -> some.add(commands.get(index)));
          List<@Nullable Object> got = client(node).replies(some);
          for (int i = 0; i < got.size(); i++) {
            int index = indexes.get(i);
            replies[index] =
                got.get(i) instanceof RespClient.ErrorReply
                    ? command(commands.get(index).toArray())
                    : got.get(i);
          }
        });
    List<@Nullable Object> list = new ArrayList<>();
    for (@Nullable Object reply : replies) {
      list.add(reply);
    }
    return list;
  }

  private RespClient client(RedisServer node) {
    return clients.computeIfAbsent(node, RedisServer::connect);
  }

  private RedisServer owner(int slot) {
    @Nullable RedisServer owner = owners[slot];
    if (owner == null) {
      cluster.slots().forEach((node, slots) -> slots.stream().forEach(each -> owners[each] = node));
      owner = owners[slot];
    }
    return Objects.requireNonNullElseGet(owner, () -> cluster.owner(slot));
  }

  private void forget() {
    owners = new RedisServer[RedisCluster.SLOTS];
  }

  private static byte[] key(Object... arguments) {
    if (arguments.length < 2) {
      throw new IllegalArgumentException("A command of a cluster needs a key.");
    }
    return arguments[1] instanceof byte[] bytes
        ? bytes
        : arguments[1].toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The slot of a key: of what is between its first braces, if that is something. */
  public static int slot(String key) {
    return slot(key.getBytes(StandardCharsets.UTF_8));
  }

  static int slot(byte[] key) {
    int from = 0;
    int end = key.length;
    int open = indexOf(key, '{', 0);
    int close = open < 0 ? -1 : indexOf(key, '}', open + 1);
    if (close > open + 1) {
      from = open + 1;
      end = close;
    }
    int crc = 0;
    for (int i = from; i < end; i++) {
      crc ^= (key[i] & 0xFF) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
      }
    }
    return (crc & 0xFFFF) % RedisCluster.SLOTS;
  }

  private static int indexOf(byte[] key, char wanted, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Closes all connections. */
  @Override
  public void close() {
    clients.values().forEach(RespClient::close);
  }
}
