package dev.syncline.internal;

import dev.syncline.SyncJob;
import dev.syncline.change.Change;

/** Makes jobs. */
public final class Jobs {

  private Jobs() {}

  /** A job that is not yet started. */
  public static <C extends Change> SyncJob<C> create(JobSpec<C> spec) {
    return new EngineJob<>(spec, System::nanoTime);
  }
}
