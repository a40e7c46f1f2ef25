package dev.syncline.benchmarks;

import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.util.List;

/** The time that two servers and this process spend on the cores, from the making of it on. */
final class RedisCpu {

  private static final List<String> FIELDS =
      List.of("used_cpu_user", "used_cpu_sys", "used_cpu_user_children", "used_cpu_sys_children");

  private final RedisServer source;
  private final RedisServer target;
  private final double sourceBefore;
  private final double targetBefore;
  private final double oursBefore;

  /** Begins. The servers must not be restarted. */
  RedisCpu(RedisServer source, RedisServer target) {
    this.source = source;
    this.target = target;
    this.sourceBefore = seconds(source);
    this.targetBefore = seconds(target);
    this.oursBefore = ours();
  }

  /** The seconds of each so far; the source's with those of the process that writes its copy. */
  String text() {
    return "target=%.1fs source=%.1fs ours=%.1fs"
        .formatted(
            seconds(target) - targetBefore, seconds(source) - sourceBefore, ours() - oursBefore);
  }

  private static double seconds(RedisServer server) {
    double sum = 0;
    for (String field : FIELDS) {
      sum += Double.parseDouble(server.info("cpu").getOrDefault(field, "0"));
    }
    return sum;
  }

  private static double ours() {
    Duration taken = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    return taken.toMillis() / 1e3;
  }
}
