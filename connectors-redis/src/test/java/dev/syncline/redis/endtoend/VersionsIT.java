package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.RedisRelease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources and targets of different releases, with what both of them have. */
class VersionsIT {

  private static final int UNITS_BEFORE = 2_000;

  private static final Work WORK = Work.all("versions");

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Up from each selected release to the next one, and down from the highest to the lowest. */
  static List<Arguments> pairs() {
    List<RedisRelease> selected = new ArrayList<>(RedisRelease.selected());
    selected.add(RedisRelease.REDIS_7_0);
    List<RedisRelease> releases = selected.stream().distinct().sorted(VersionsIT::byAge).toList();
    List<Arguments> pairs = new ArrayList<>();
    for (int i = 1; i < releases.size(); i++) {
      pairs.add(Arguments.of(releases.get(i - 1), releases.get(i)));
      pairs.add(Arguments.of(releases.get(i), releases.get(i - 1)));
    }
    pairs.add(Arguments.of(releases.get(0), releases.get(releases.size() - 1)));
    return pairs;
  }

  private static int byAge(RedisRelease one, RedisRelease other) {
    String[] numbers = other.version().split("\\.", -1);
    boolean younger = one.isFrom(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
    return one == other ? 0 : younger ? 1 : -1;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void targetEqualsSource(RedisRelease from, RedisRelease to) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisPair pair = RedisPair.of(from, to);
        RandomLoad load =
            new RandomLoad(pair.source(), keys(from, to), 2, seed)
                .fill(UNITS_BEFORE, new Random(seed));
        ProxiedJob job = ProxiedJobs.of(pair, WORK, new MemoryCheckpointStore())) {
      load.start();
      job.start();
      job.awaitSynchronizing();
      Await.pause(1_500);
      load.stop();
      assertThat(pair.awaitEqual(PATIENCE)).as("%s, seed %d", pair, seed).isEmpty();
      job.failIfEnded();
    }
  }

  /**
   * What both releases have and do in the same way. They do not refuse the same commands on keys of
   * a wrong type, so keys keep their types.
   */
  private static RandomKeys keys(RedisRelease from, RedisRelease to) {
    RedisRelease older = byAge(from, to) < 0 ? from : to;
    return new RandomKeys(older, Set.of("RENAME", "RENAMENX", "COPY", "RESTORE"));
  }
}
