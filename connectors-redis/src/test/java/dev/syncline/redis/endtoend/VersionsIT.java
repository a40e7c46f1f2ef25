package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisRelease.Product;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sources and targets of different releases, with what both of them have. */
class VersionsIT {

  private static final int UNITS_BEFORE = 2_000;

  private static final Work WORK = Work.all("versions");

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** As the pre-check compares a source with a target: Valkey lies between Redis 7.2 and 7.4. */
  private static final Comparator<RedisRelease> BY_AGE =
      Comparator.comparingInt(VersionsIT::commands)
          .thenComparing(release -> number(release.version()));

  /**
   * From each release to the next one and back, and from the oldest to the youngest: those that are
   * selected and 7.0, so that there is always a pair.
   */
  static List<Arguments> pairs() {
    List<RedisRelease> releases =
        Stream.concat(RedisRelease.selected().stream(), Stream.of(RedisRelease.REDIS_7_0))
            .distinct()
            .sorted(BY_AGE)
            .toList();
    List<Arguments> pairs = new ArrayList<>();
    for (int i = 1; i < releases.size(); i++) {
      pairs.add(Arguments.of(releases.get(i - 1), releases.get(i)));
      pairs.add(Arguments.of(releases.get(i), releases.get(i - 1)));
    }
    if (releases.size() > 2) {
      pairs.add(Arguments.of(releases.get(0), releases.get(releases.size() - 1)));
    }
    return pairs;
  }

  /** A number for the commands that a release knows at least; Valkey has those of Redis 7.2. */
  private static int commands(RedisRelease release) {
    return number(release.product() == Product.VALKEY ? "7.2" : release.version());
  }

  private static int number(String version) {
    String[] numbers = version.split("\\.", -1);
    return Integer.parseInt(numbers[0]) * 1000 + Integer.parseInt(numbers[1]);
  }

  @ParameterizedTest
  @Tag(EachRelease.TAG)
  @MethodSource("pairs")
  void targetEqualsSource(RedisRelease from, RedisRelease to) throws Exception {
    long seed = Long.getLong("syncline.seed", System.nanoTime());
    try (RedisPair pair = RedisPair.of(from, to);
        RandomLoad load =
            new RandomLoad(pair.source(), keys(from, to), 2, seed)
                .fill(UNITS_BEFORE, new Random(seed));
        ProxiedJob job = ProxiedJobs.of(pair, WORK, new MemoryCheckpointStore())) {
      boolean lower = commands(to) < commands(from);
      assertThat(job.job().precheck().findings().stream().map(Finding::code))
          .filteredOn("VERSION_LOWER"::equals)
          .hasSize(lower ? 1 : 0);

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
    RedisRelease older = BY_AGE.compare(from, to) < 0 ? from : to;
    return new RandomKeys(older, from, Set.of("RENAME", "RENAMENX", "COPY", "RESTORE"));
  }
}
