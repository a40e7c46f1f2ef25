package dev.syncline.setting;

import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One setting of a builder of a source or sink, which may be given once. Not thread-safe. */
public final class Setting<T> {
  private final String name;
  private @Nullable T value;

  /** A setting that is not given yet, by the name of the builder's method. */
  public Setting(String name) {
    this.name = name;
  }

  /**
   * Takes the value.
   *
   * @throws IllegalStateException if there is one already
   */
  public void set(T newValue) {
    Objects.requireNonNull(newValue, name);
    if (value != null) {
      throw new IllegalStateException("The setting '" + name + "' is given twice.");
    }
    value = newValue;
  }

  /** Whether it is given. */
  public boolean isSet() {
    return value != null;
  }

  /** The value, or another one if it is not given. */
  public T or(T other) {
    return value == null ? other : value;
  }

  /** The value; empty if it is not given. */
  public Optional<T> get() {
    return Optional.ofNullable(value);
  }

  /**
   * The value.
   *
   * @throws IllegalStateException if there is none
   */
  public T required() {
    if (value == null) {
      throw new IllegalStateException("The setting '" + name + "' is missing.");
    }
    return value;
  }

  /**
   * Like {@link #set}, for a value in a range whose ends belong to it.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  public static <T extends Comparable<T>> void setInRange(
      Setting<T> setting, T value, T least, T most) {
    Objects.requireNonNull(value, setting.name);
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          "The setting '%s' must be from %s to %s, but is %s."
              .formatted(setting.name, least, most, value));
    }
    setting.set(value);
  }

  /**
   * Like {@link #set}, for text that must not be empty.
   *
   * @throws IllegalArgumentException if it is empty
   */
  public static void setText(Setting<String> setting, String value) {
    if (Objects.requireNonNull(value, setting.name).isEmpty()) {
      throw new IllegalArgumentException("The setting '" + setting.name + "' must not be empty.");
    }
    setting.set(value);
  }
}
