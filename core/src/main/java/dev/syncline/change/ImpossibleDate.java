package dev.syncline.change;

import java.util.Objects;

/**
 * A date, with or without time of day, that a database stores although the calendar has no such
 * day: MySQL's {@code 0000-00-00}, {@code 2023-00-15} or {@code 2023-02-31}.
 *
 * @param literal the value as the source prints it, with the fraction digits that its column has
 */
public record ImpossibleDate(String literal) {

  /** Checks that there is a literal. */
  public ImpossibleDate {
    Objects.requireNonNull(literal, "literal");
  }
}
