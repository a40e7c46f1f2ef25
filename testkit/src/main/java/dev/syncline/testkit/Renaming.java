package dev.syncline.testkit;

import dev.syncline.change.TableId;
import java.util.Objects;

/** Another name for a table of a {@link MemoryDatabase}. */
public record Renaming(TableId from, TableId to) {

  /** Checks that nothing is missing. */
  public Renaming {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
  }
}
