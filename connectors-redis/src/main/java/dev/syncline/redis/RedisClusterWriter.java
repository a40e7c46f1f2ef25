package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.SinkWriter;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyValue;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * Writes to the masters of a cluster, each over a connection of its own. The commands of each slot
 * keep their order, and those of several masters go out side by side.
 */
final class RedisClusterWriter implements SinkWriter<KeyChange> {

  private static final int DELETED_AT_ONCE = 1000;
  private static final int MOST_LOADED = 10_000;

  private final ExpiryGrace grace;
  private final StaleConnections stale;
  private final ScriptTexts texts;
  private final String name;
  private final KeyHash hash = KeyHash.random();
  private final TargetCopies copies;
  private final List<Node> nodes = new ArrayList<>();

  /** The number of the master that has a slot. */
  private final int[] owners = new int[ClusterSlots.COUNT];

  /** The sums of scripts that all masters have got. */
  private final Set<String> loaded = new HashSet<>();

  /** The streams that copy. */
  private int copying;

  /** A master, and what is to be sent to it next. */
  private final class Node {

    private final CommandPipe pipe;
    private final TargetServer server;
    private final KnownScripts scripts = new KnownScripts();
    private EncodedSteps next;

    Node(RespConnection connection) {
      this.pipe = new CommandPipe(connection);
      this.server = new TargetServer(RedisInfo.of(connection).version(), 1);
      this.next = new EncodedSteps(server, grace, false, texts);
    }

    void send() {
      for (WriteStep step : next.end()) {
        if (step instanceof WriteStep.Values values) {
          copies.mark(values.marks());
          pipe.send(values.batch());
        } else if (step instanceof WriteStep.Commands commands) {
          copies.mark(commands.marks());
          requireScripts(commands.batch());
          pipe.send(commands.batch());
        }
      }
      scripts.settled();
      next = new EncodedSteps(server, grace, false, texts);
    }

    private void requireScripts(CommandBatch batch) {
      Map<String, KeyCommand> unsure = scripts.follow(batch.scripts());
      if (!unsure.isEmpty()) {
        pipe.settle();
        scripts.require(unsure, pipe.connection());
      }
    }
  }

  private RedisClusterWriter(
      RedisClusterSink.Settings settings, StaleConnections stale, ScriptTexts texts) {
    this.texts = texts;
    this.grace = settings.grace();
    this.stale = stale;
    this.name = stale.open();
    this.copies = new TargetCopies(settings.existing(), hash, settings.copy());
  }

  /** Connects to all masters, and ends what writers before have left there. */
  static RedisClusterWriter open(
      RedisClusterSink.Settings settings, StaleConnections stale, ScriptTexts texts) {
    RedisClusterWriter writer = new RedisClusterWriter(settings, stale, texts);
    boolean opened = false;
    try {
      SortedMap<String, RedisAddress> masters =
          RedisServers.firstAnswer(settings.nodes(), settings.login(), ClusterLayout::of).masters();
      masters.forEach((shard, address) -> writer.add(shard, address, settings.login()));
      stale.end(writer.nodes.stream().map(node -> node.pipe.connection()).toList());
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        writer.close();
      }
    }
  }

  private void add(String shard, RedisAddress address, RedisLogin login) {
    boolean[] slots = ClusterLayout.slots(shard);
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot]) {
        owners[slot] = nodes.size();
      }
    }
    RespConnection connection = RespConnection.open(address, login);
    nodes.add(new Node(connection));
    connection.call("CLIENT", "SETNAME", name);
  }

  @Override
  public void write(ChangeBatch<KeyChange> batch) {
    for (TransactionPart<KeyChange> part : batch.parts()) {
      for (KeyChange change : part.changes()) {
        write(change);
      }
    }
    settle();
  }

  private void write(KeyChange change) {
    if (change instanceof KeyCommand command) {
      write(command);
    } else if (change instanceof KeyValue value) {
      checkDatabase(value.database(), "A copied key", value.key());
      Node node = owner(ClusterSlots.of(value.key()));
      node.next.value(value);
      mark(node, List.of(value.key()));
    } else if (change instanceof KeyFlush flush) {
      flush(flush);
    } else if (change instanceof CopyBegin begin) {
      settle();
      copies.begin(begin, scans(), begin.attempt() > 1);
      copying++;
    } else if (change instanceof CopyEnd end) {
      settle();
      copies.end(end, scans(), nodes.get(0).server.delete());
      copying--;
    }
  }

  private void write(KeyCommand command) {
    List<byte[]> keys = command.keys();
    byte[] first = keys.isEmpty() ? command.argument(0) : keys.get(0);
    checkDatabase(command.database(), "Command '" + command.name() + "'", first);
    List<SlotSplit.Part> parts = SlotSplit.of(command);
    if (parts.isEmpty() || command.databasePlaces().length > 0) {
      throw new UnsupportedChangeException(
          ("Command '%s' cannot be carried out by a cluster, which has one database and the keys %s"
                  + " in several places. Use names with the same {tag} at the source, or a target"
                  + " that is no cluster.")
              .formatted(command.name(), Words.quoted(keys)));
    }
    ScriptCommand script = ScriptCommand.of(command);
    if (script != null) {
      loadEverywhere(script);
    }
    for (SlotSplit.Part part : parts) {
      for (Node node : of(part.slot())) {
        node.next.command(part.command(), script);
        mark(node, part.command().keys());
      }
    }
  }

  /** A script that a source has sent once is called by its sum from then on, with any keys. */
  private void loadEverywhere(ScriptCommand script) {
    byte[] text = script.text();
    if (script.sum().isEmpty()) {
      loaded.clear();
    } else if (text != null && script.command().name().equals("EVAL") && loaded.add(script.sum())) {
      ScriptCommand load = script.load(text);
      nodes.forEach(node -> node.next.command(load.command(), load));
    }
    if (loaded.size() > MOST_LOADED) {
      loaded.clear();
    }
  }

  private List<Node> of(int slot) {
    return switch (slot) {
      case SlotSplit.EACH_MASTER -> nodes;
      case SlotSplit.ANY_NODE -> nodes.subList(0, 1);
      default -> List.of(owner(slot));
    };
  }

  private Node owner(int slot) {
    return nodes.get(owners[slot]);
  }

  private void mark(Node node, List<byte[]> keys) {
    if (copying > 0) {
      keys.forEach(key -> node.next.mark(hash.of(0, key)));
    }
  }

  private static void checkDatabase(int database, String what, byte[] first) {
    if (database != 0) {
      throw new ChangeRejectedException(
          KeyText.place(database, KeyText.of(first)),
          ("%s is meant for database %d of the target, but a cluster has database 0 only. Select"
                  + " one database, which is database 0 at the target.")
              .formatted(what, database),
          null);
    }
  }

  private void flush(KeyFlush flush) {
    if (!flush.scope().databases().isEmpty() && !flush.scope().databases().contains(0)) {
      return;
    }
    if (flush.scope().isWhole()) {
      nodes.forEach(node -> node.next.flush(0));
      return;
    }
    settle();
    for (Node node : nodes) {
      List<byte[]> found = new ArrayList<>();
      new ScopeScan(node.pipe.connection(), -1)
          .forEach(
              flush.scope(),
              (database, key) -> {
                found.add(key);
                if (found.size() == DELETED_AT_ONCE) {
                  delete(node, found);
                }
                return true;
              });
      delete(node, found);
    }
  }

  /** A scan shows a key that is there all the time, whatever is deleted meanwhile. */
  private static void delete(Node node, List<byte[]> keys) {
    CommandBatch batch = new CommandBatch();
    String delete = node.server.delete();
    for (byte[] key : keys) {
      batch.add(new SentCommand(0, delete, List.of(key)), delete, key);
    }
    node.pipe.send(batch);
    node.pipe.settle();
    keys.clear();
  }

  private List<ScopeScan> scans() {
    return nodes.stream().map(node -> new ScopeScan(node.pipe.connection(), -1)).toList();
  }

  /** Sends what waits, and reads all replies. */
  private void settle() {
    nodes.forEach(Node::send);
    nodes.forEach(node -> node.pipe.settle());
  }

  @Override
  public void close() {
    stale.close(name);
    nodes.forEach(node -> node.pipe.connection().close());
    copies.close();
  }
}
