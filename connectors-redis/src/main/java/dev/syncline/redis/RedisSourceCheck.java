package dev.syncline.redis;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.change.KeyChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Looks at a source for what would go wrong with a job. */
final class RedisSourceCheck {

  static final Set<String> RISKS = Set.of();

  private final RedisSourceSettings settings;
  private final SourceCheck<KeyChange> check;
  private final List<Finding> findings = new ArrayList<>();

  RedisSourceCheck(RedisSourceSettings settings, SourceCheck<KeyChange> check) {
    this.settings = settings;
    this.check = check;
  }

  List<Finding> findings() {
    return findings;
  }
}
