package dev.syncline.mysql;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One setting of a builder, which may be given once. Not thread-safe. */
final class Setting<T> {
  private final String name;
  private @Nullable T value;

  Setting(String name) {
    this.name = name;
  }

  /**
   * Takes the value.
   *
   * @throws IllegalStateException if there is one already
   */
  void set(T newValue) {
    Objects.requireNonNull(newValue, name);
    if (value != null) {
      throw new IllegalStateException("The setting '" + name + "' is given twice.");
    }
    value = newValue;
  }

  boolean isSet() {
    return value != null;
  }

  T or(T other) {
    return value == null ? other : value;
  }

  Optional<T> get() {
    return Optional.ofNullable(value);
  }

  /**
   * The value.
   *
   * @throws IllegalStateException if there is none
   */
  T required() {
    if (value == null) {
      throw new IllegalStateException("The setting '" + name + "' is missing.");
    }
    return value;
  }

  /** Like {@link #set}, for a value in a range whose ends belong to it. */
  static <T extends Comparable<T>> void setInRange(Setting<T> setting, T value, T least, T most) {
    Objects.requireNonNull(value, setting.name);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "The setting '%s' must be from %s to %s, but is %s."
              .formatted(setting.name, least, most, value));
    }
    setting.set(value);
  }

  /** Like {@link #set}, for text that must not be empty. */
  static void setText(Setting<String> setting, String value) {
    if (Objects.requireNonNull(value, setting.name).isEmpty()) {
      throw new IllegalArgumentException("The setting '" + setting.name + "' must not be empty.");
    }
    setting.set(value);
  }
}
