package dev.syncline.change;

/**
 * The normal form of a column's values: which Java type a {@link Row} holds for it.
 *
 * <p>A column has one form only. The snapshot and the stream of a source give equal values (by
 * {@link Row#equals}) for the same stored value. SQL NULL is {@code null} in every form.
 */
public enum ValueKind {
  /** {@link Long}; {@link java.math.BigInteger} only for values from 2^63 up. */
  INTEGER,
  /** {@link java.math.BigDecimal} with the column's declared scale. */
  DECIMAL,
  /** {@link Float}: single precision. */
  FLOAT,
  /** {@link Double}: double precision. */
  DOUBLE,
  /** {@link String}. */
  TEXT,
  /** {@code byte[]}, never changed after it was handed out. */
  BINARY,
  /** {@code byte[]} of the declared width, most significant bit first. */
  BITS,
  /** {@link java.time.LocalDate}; {@link ImpossibleDate} where no such day exists. */
  DATE,
  /** {@link java.time.LocalDateTime}; {@link ImpossibleDate} where no such day exists. */
  DATE_TIME,
  /** {@link java.time.Instant}; {@link ImpossibleDate} for a zero time stamp. */
  INSTANT,
  /** {@link java.time.Duration}: a time of day or a span, possibly negative or over a day. */
  TIME,
  /** {@link Long}: a year, 0 included. */
  YEAR,
  /** {@link String}: the label; empty for MySQL's error value with index 0. */
  ENUM,
  /** {@link String}: the labels that are set, in declared order, with commas between them. */
  SET,
  /** {@link String}: the document as the source's server prints it. */
  JSON,
  /** {@code byte[]}: four bytes of SRID, least significant first, then well-known binary. */
  GEOMETRY
}
