package dev.syncline;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Checks of what is given to builders. */
final class Settings {

  private Settings() {}

  static void unset(@Nullable Object current, String name) {
    if (current != null) {
      throw new IllegalStateException("'" + name + "' is set twice; set it once.");
    }
  }

  static Duration notNegative(Duration value, String name) {
    if (Objects.requireNonNull(value, name).isNegative()) {
      throw new IllegalArgumentException("'" + name + "' must not be negative; got " + value + ".");
    }
    return value;
  }

  static Duration positive(Duration value, String name) {
    if (Objects.requireNonNull(value, name).isNegative() || value.isZero()) {
      throw new IllegalArgumentException("'" + name + "' must be positive; got " + value + ".");
    }
    return value;
  }

  static int inRange(int value, int min, int max, String name) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "'%s' must be from %d to %d; got %d.".formatted(name, min, max, value));
    }
    return value;
  }
}
