package dev.syncline;

/**
 * Upper and lower case of names at the target. Names that the selection gives ({@code as}, {@code
 * rename}, an origin column) stay as they are given.
 */
public enum NameCase {
  /** Databases, tables and columns as at the source. */
  AS_SOURCE,
  /** Databases, tables and columns in lower case. */
  LOWER,
  /** Databases, tables and columns in upper case. */
  UPPER,
  /**
   * Databases and tables in lower case if the target keeps all such names so ({@link FoldingSink}),
   * otherwise as at the source; columns as at the source.
   */
  TARGET_DEFAULT
}
