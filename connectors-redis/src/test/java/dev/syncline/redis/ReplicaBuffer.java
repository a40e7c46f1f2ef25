package dev.syncline.redis;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisServer;
import java.time.Duration;
import java.util.Objects;
import java.util.regex.Pattern;

/** What a source keeps for those who follow it, because they have not read it yet. */
public final class ReplicaBuffer {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Pattern FOLLOWER = Pattern.compile("(?m)^.* flags=S .* omem=(\\d+) .*$");

  private ReplicaBuffer() {}

  /**
   * Waits until it is less than so many bytes. So whoever writes much does not overrun the limit at
   * which a source hangs up, however slow the machine is.
   */
  public static void awaitBelow(RedisServer source, long bytes) throws Exception {
    Await.until("the source is read", PATIENCE, () -> kept(source) < bytes);
  }

  private static long kept(RedisServer source) {
    String clients = Objects.requireNonNull(source.text("CLIENT", "LIST"));
    return FOLLOWER
        .matcher(clients)
        .results()
        .mapToLong(follower -> Long.parseLong(follower.group(1)))
        .sum();
  }
}
