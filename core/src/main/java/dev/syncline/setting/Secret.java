package dev.syncline.setting;

import java.util.Objects;

/** A password or key that no message, log line or {@code toString} shows. Immutable. */
public final class Secret {
  private final String value;

  /** A secret. */
  public Secret(String value) {
    this.value = Objects.requireNonNull(value, "value");
  }

  /** The secret itself, for drivers only. */
  public String reveal() {
    return value;
  }

  /** Three stars. */
  @Override
  public String toString() {
    return "***";
  }
}
