package dev.syncline.redis;

import dev.syncline.Guarantee;
import dev.syncline.KeySelection;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.SourceSession;
import dev.syncline.SyncException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One run's way into a server or the masters of a cluster. */
final class RedisSession implements SourceSession<KeyChange> {

  /** The one stream of a source that is no cluster. */
  static final String STREAM = "redis";

  private final RedisSourceSettings settings;
  private final SourceScope<KeyChange> scope;

  RedisSession(RedisSourceSettings settings, SourceScope<KeyChange> scope) {
    this.settings = settings;
    this.scope = scope;
  }

  @Override
  public Map<String, Position> currentPositions() {
    if (!(settings.servers() instanceof RedisServers.Clustered cluster)) {
      return Map.of(STREAM, RedisPosition.BEGIN);
    }
    Map<String, Position> positions = new TreeMap<>();
    for (String shard : layout(cluster).masters().keySet()) {
      positions.put(shard, RedisPosition.BEGIN);
    }
    return positions;
  }

  private ClusterLayout layout(RedisServers.Clustered cluster) {
    return RedisServers.firstAnswer(cluster.nodes(), settings.login(), ClusterLayout::of);
  }

  @Override
  public SourceReader<KeyChange> openReader(String stream, Position from) {
    KeySelection selection = (KeySelection) scope.selection();
    Optional<String> shard = settings.isCluster() ? Optional.of(stream) : Optional.<String>empty();
    return RedisSourceReader.open(
        settings,
        new StreamScope(
            scope.job(), stream, shard, selection, scope.guarantee() == Guarantee.AT_LEAST_ONCE),
        address(stream),
        (RedisPosition) from);
  }

  private RedisAddress address(String stream) {
    if (!(settings.servers() instanceof RedisServers.Clustered cluster)) {
      return RedisServers.find(settings.servers(), settings.login());
    }
    ClusterLayout layout = layout(cluster);
    RedisAddress address = layout.masters().get(stream);
    if (address == null) {
      throw new SyncException(
          ("Job '%s' follows the slots '%s' of %s as one stream, but its masters now have the slots"
                  + " %s: slots were moved. %s")
              .formatted(
                  scope.job(),
                  stream,
                  cluster,
                  layout.masters().keySet(),
                  ClusterLayout.startAnew(scope.job())));
    }
    return address;
  }

  @Override
  public void close() {
    // Readers own all connections.
  }
}
