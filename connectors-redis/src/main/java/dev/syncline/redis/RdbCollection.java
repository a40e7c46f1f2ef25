package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Commands that build a list, a set, a sorted set or a hash. */
final class RdbCollection implements RdbCommands {

  private final RdbBuild build;
  private final String verb;
  private final RdbElements elements;
  private final Deque<KeyCommand> expiries = new ArrayDeque<>();

  RdbCollection(RdbBuild build, String verb, RdbElements elements) {
    this.build = build;
    this.verb = verb;
    this.elements = elements;
  }

  @Override
  public @Nullable KeyCommand next() {
    if (!expiries.isEmpty()) {
      return expiries.poll();
    }
    RdbBatch batch = new RdbBatch(verb, build.name());
    boolean more = true;
    while (more && !batch.isFull(build.limits())) {
      more = elements.next(batch);
    }
    if (batch.isEmpty()) {
      return null;
    }
    expiries.addAll(build.expireFields(batch));
    return batch.command(build.database(), 1);
  }
}
