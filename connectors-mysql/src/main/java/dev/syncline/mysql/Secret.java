package dev.syncline.mysql;

import java.util.Objects;

/** A password or key that no message, log line or {@code toString} shows. Immutable. */
final class Secret {
  private final String value;

  Secret(String value) {
    this.value = Objects.requireNonNull(value, "value");
  }

  /** The secret itself, for drivers only. */
  String reveal() {
    return value;
  }

  @Override
  public String toString() {
    return "***";
  }
}
