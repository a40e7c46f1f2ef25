package dev.syncline.internal;

import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;

/**
 * Hashes of values in keys. Values that a {@link dev.syncline.TargetKeys} may hold for equal have
 * one hash. A hash never changes for a value, because what a lane has written before a restart is
 * found by it afterwards: whoever changes it, or what {@link TableRoute} makes of it, counts {@link
 * #VERSION} up.
 */
final class KeyHash {

  static final int VERSION = 1;

  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  private KeyHash() {}

  /** A hash of some values of a row, none of which is null. */
  static long of(long seed, Row row, List<Integer> columns) {
    long hash = seed;
    for (int i = 0; i < columns.size(); i++) {
      Object value = row.value(columns.get(i));
      hash = mix(hash, value == null ? 0 : of(value));
    }
    return hash;
  }

  /** A hash of a name, as the seed of others. */
  static long of(String name) {
    return ofBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  static long mix(long hash, long more) {
    long mixed = (hash + more) * FACTOR;
    mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
    return mixed ^ (mixed >>> 32);
  }

  private static long of(Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof String text) {
      return ofText(text);
    }
    if (value instanceof byte[] bytes) {
      return ofBytes(bytes);
    }
    if (value instanceof BigDecimal number) {
      BigDecimal shortest = number.stripTrailingZeros();
      return mix(ofBytes(shortest.unscaledValue().toByteArray()), shortest.scale());
    }
    if (value instanceof BigInteger number) {
      return ofBytes(number.toByteArray());
    }
    if (value instanceof Float number) {
      return Float.floatToIntBits(number + 0.0f);
    }
    if (value instanceof Double number) {
      return Double.doubleToLongBits(number + 0.0);
    }
    return ofTime(value);
  }

  private static long ofTime(Object value) {
    if (value instanceof LocalDate date) {
      return date.toEpochDay();
    }
    if (value instanceof LocalDateTime time) {
      return mix(time.toLocalDate().toEpochDay(), time.toLocalTime().toNanoOfDay());
    }
    if (value instanceof Instant time) {
      return mix(time.getEpochSecond(), time.getNano());
    }
    if (value instanceof Duration time) {
      return mix(time.getSeconds(), time.getNano());
    }
    if (value instanceof ImpossibleDate date) {
      return ofText(date.literal());
    }
    throw new IllegalArgumentException(
        "A key holds a value of class " + value.getClass().getName() + ", which no kind has.");
  }

  /** Without regard to the case of ASCII letters and to spaces at the end. */
  private static long ofText(String text) {
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    long hash = end;
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      hash = hash * FACTOR + (c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
    }
    return mix(hash, end);
  }

  private static long ofBytes(byte[] bytes) {
    long hash = bytes.length;
    for (byte b : bytes) {
      hash = hash * FACTOR + b;
    }
    return mix(hash, bytes.length);
  }
}
