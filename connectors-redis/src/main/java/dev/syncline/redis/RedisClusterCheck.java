package dev.syncline.redis;

import dev.syncline.CheckedSink.Keys;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.KeySelection;
import dev.syncline.SyncException;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.redis.RedisSink.ExistingKeys;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/** Looks at a cluster for what would go wrong with writing to it. Changes nothing. Used once. */
final class RedisClusterCheck {

  private static final String TARGET = "target";

  private final RedisClusterSink.Settings settings;
  private final SinkCheck check;
  private final Clock clock;
  private final List<Finding> findings = new ArrayList<>();

  RedisClusterCheck(RedisClusterSink.Settings settings, SinkCheck check, Clock clock) {
    this.settings = settings;
    this.check = check;
    this.clock = clock;
  }

  List<Finding> findings() {
    try {
      boolean isCluster =
          RedisServers.firstAnswer(
              settings.nodes(),
              settings.login(),
              node -> RedisInfo.of(node).number("cluster_enabled").orElse(0L) == 1);
      if (!isCluster) {
        add(
            "NO_CLUSTER",
            settings.nodes().toString(),
            "The server is no node of a cluster.",
            "Use RedisSink, which writes exactly once there.");
        return findings;
      }
      checkDatabases();
      SortedMap<String, RedisAddress> masters =
          RedisServers.firstAnswer(settings.nodes(), settings.login(), ClusterLayout::of).masters();
      masters.forEach((shard, address) -> checkMaster(shard, address, masters.size()));
    } catch (SyncException e) {
      findings.add(TargetFindings.of(TARGET, e));
    }
    return findings;
  }

  private KeySelection selection() {
    return check.keys().map(Keys::selection).orElseGet(KeySelection::all);
  }

  private void checkDatabases() {
    KeySelection selection = selection();
    for (int number : selection.databases()) {
      int target = selection.target(number);
      if (target != 0) {
        addDatabase("Database %d is to be database %d at the target".formatted(number, target));
      }
    }
    if (selection.databases().isEmpty()) {
      check
          .keys()
          .flatMap(Keys::source)
          .ifPresent(
              keyspace ->
                  keyspace
                      .keys()
                      .forEach(
                          (number, count) -> {
                            if (number != 0 && count > 0) {
                              addDatabase("Database %d of the source has keys".formatted(number));
                            }
                          }));
    }
  }

  private void addDatabase(String what) {
    add(
        "DATABASE_MISSING",
        TARGET,
        what + ", but a cluster has database 0 only.",
        "Select one database, which is database 0 at the target.");
  }

  private void checkMaster(String shard, RedisAddress address, int masters) {
    try (RespConnection server = RespConnection.open(address, settings.login())) {
      RedisInfo info = RedisInfo.of(server);
      findings.addAll(new TargetFindings(address, check, masters).ofServer(server, info, clock));
      byte[] key = ClusterSlots.nameIn("syncline:check:", ClusterLayout.firstSlot(shard));
      findings.addAll(
          new TargetPermissions(server, info.version(), TargetFindings.sourceVersion(check))
              .ofMaster(new String(key, StandardCharsets.US_ASCII)));
      KeyScope scope = ((KeyFlush) selection().toTarget(new KeyFlush(selection()))).scope();
      if (check.firstStart()
          && settings.existing() == ExistingKeys.REFUSE
          && new ScopeScan(server, -1).findsAny(scope)) {
        add(
            "KEYS_EXIST",
            address.toString(),
            "The target already has keys among those that are to be copied (%s).".formatted(scope),
            "Delete them, or let the sink's existingKeys REPLACE or KEEP them.");
      }
    } catch (SyncException e) {
      findings.add(TargetFindings.of(address.toString(), e));
    }
  }

  private void add(String code, String object, String message, String fix) {
    findings.add(new Finding(code, Severity.ERROR, object, message, fix));
  }
}
