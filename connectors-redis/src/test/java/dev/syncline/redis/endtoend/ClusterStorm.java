package dev.syncline.redis.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * Strikes a job whose source is a cluster with a replica of each master, its servers and its
 * connections.
 */
final class ClusterStorm {

  /** How many kinds of strikes there are. */
  static final int KINDS = 7;

  private final RedisCluster source;
  private final List<RedisServer> targets;
  private final Random random;

  /** Strikes the servers of a source and those of a target. */
  ClusterStorm(RedisCluster source, List<RedisServer> targets, Random random) {
    this.source = source;
    this.targets = List.copyOf(targets);
    this.random = random;
  }

  /** Strikes once, in one of the ways; says whether the job is dead. */
  boolean strike(int kind, ClusterJob job) throws Exception {
    Await.pause(random.nextInt(400));
    job.failIfEnded();
    List<RedisServer> masters = source.masters();
    RedisServer master = masters.get(random.nextInt(masters.size()));
    RedisServer target = targets.get(random.nextInt(targets.size()));
    switch (kind) {
      case 0 -> {
        job.crash();
        return true;
      }
      case 1 -> {
        awaitReplicas(master);
        loseMaster(master);
      }
      case 2 -> {
        awaitReplicas(master);
        restart(master);
      }
      case 3 -> source.failOver(source.replicasOf(master).get(0));
      case 4 -> cut(master, "slave");
      case 5 -> cut(target, "normal");
      default -> restart(target);
    }
    source.awaitOk();
    job.awaitProgress();
    return false;
  }

  /**
   * Waits until its replicas follow it: one that is just being filled may be elected without any
   * key, at which the job stops by name.
   */
  private void awaitReplicas(RedisServer master) {
    for (RedisServer replica : source.replicasOf(master)) {
      replica.awaitCaughtUp(master);
    }
  }

  /** Its replica is elected, which may not have had all; it comes back as a replica of that. */
  private void loseMaster(RedisServer master) throws IOException {
    master.kill();
    source.awaitOk();
    AppendOnlyFile.mend(master.folder());
    master.restart();
    source.awaitOk();
    source.masters().forEach(this::awaitReplicas);
  }

  private static void restart(RedisServer server) throws IOException {
    server.kill();
    AppendOnlyFile.mend(server.folder());
    server.restart();
  }

  /** Ends all connections of replicas, or of clients. */
  private static void cut(RedisServer server, String type) {
    try (RespClient client = server.connect()) {
      client.command("CLIENT", "KILL", "TYPE", type);
    }
  }
}
