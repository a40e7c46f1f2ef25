package dev.syncline;

import java.util.Objects;

/**
 * A foreign key, view, routine, event or trigger that the target does not get.
 *
 * @param name its name with its database, of a foreign key with that of its table
 * @param reason why, in words that complete "is left out:"
 */
public record LeftOut(ObjectKind kind, String name, String reason) {

  /** Checks that nothing is missing. */
  public LeftOut {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reason, "reason");
  }
}
