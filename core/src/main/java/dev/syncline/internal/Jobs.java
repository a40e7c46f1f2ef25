package dev.syncline.internal;

import dev.syncline.SyncJob;
import dev.syncline.change.Change;
import java.util.Set;

/** Makes jobs. */
public final class Jobs {

  private Jobs() {}

  /** A job that is not yet started. */
  public static <C extends Change> SyncJob<C> create(JobSpec<C> spec) {
    return new EngineJob<>(spec, System::nanoTime);
  }

  /** The codes of what a pre-check says of objects besides source and sink. */
  public static Set<String> risksOfObjects() {
    return ObjectFindings.RISKS;
  }

  /** The codes of what a pre-check says of names and columns at the target. */
  public static Set<String> risksOfMapping() {
    return MappingFindings.RISKS;
  }
}
