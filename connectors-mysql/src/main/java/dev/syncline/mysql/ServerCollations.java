package dev.syncline.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Which character set each collation of a server is of, and which collation each character set has
 * by default. Names are those of the server's catalog. Immutable.
 */
final class ServerCollations {

  /** The character set of bytes, and its only collation. */
  static final String BINARY = "binary";

  private static final String UTF8MB4 = "utf8mb4";

  private final Map<String, String> charsets;
  private final Map<String, String> defaults;
  private final Map<Integer, String> numbers;
  private final String utf8;

  /**
   * What is known of a server.
   *
   * @param charsets the character set of each collation
   * @param defaults the default collation of each character set
   * @param numbers the collation of each number
   * @param utf8 what {@code utf8} means
   */
  ServerCollations(
      Map<String, String> charsets,
      Map<String, String> defaults,
      Map<Integer, String> numbers,
      String utf8) {
    this.charsets = Map.copyOf(charsets);
    this.defaults = Map.copyOf(defaults);
    this.numbers = Map.copyOf(numbers);
    this.utf8 = utf8;
  }

  /** Asks a server. */
  static ServerCollations read(Connection connection, MySqlFacts facts) throws SQLException {
    Map<String, String> charsets = new HashMap<>();
    Map<String, String> defaults = new HashMap<>();
    Map<Integer, String> numbers = new HashMap<>();
    boolean full = facts.isMariaDbFrom(10, 10, 1);
    String collations =
        full
            ? "SELECT FULL_COLLATION_NAME, CHARACTER_SET_NAME, ID"
                + " FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY"
            : "SELECT COLLATION_NAME, CHARACTER_SET_NAME, ID FROM information_schema.COLLATIONS";
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery(collations)) {
        while (row.next()) {
          charsets.put(text(row, 1), text(row, 2));
          numbers.put(row.getInt(3), text(row, 1));
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME"
                  + " FROM information_schema.CHARACTER_SETS")) {
        while (row.next()) {
          defaults.put(text(row, 1), text(row, 2));
        }
      }
    }
    // It decides for sessions that say nothing else, which those of the log that differ do.
    String utf8mb4 = facts.variable("default_collation_for_utf8mb4");
    if (!utf8mb4.isEmpty()) {
      defaults.put(UTF8MB4, utf8mb4.toLowerCase(Locale.ROOT));
    }
    String three = defaults.containsKey("utf8mb3") ? "utf8mb3" : "utf8";
    boolean isFour =
        facts.isMariaDbFrom(10, 6, 1) && !facts.variable("old_mode").contains("UTF8_IS_UTF8MB3");
    return new ServerCollations(charsets, defaults, numbers, isFour ? UTF8MB4 : three);
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNullElse(row.getString(column), "").toLowerCase(Locale.ROOT);
  }

  /** The catalog's name of a character set; empty if there is none. */
  Optional<String> charset(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (lower.equals("utf8") || (lower.equals("utf8mb3") && !defaults.containsKey(lower))) {
      lower = lower.equals("utf8") ? utf8 : "utf8";
    }
    return defaults.containsKey(lower) ? Optional.of(lower) : Optional.empty();
  }

  /**
   * The catalog's name of a collation; empty if there is none.
   *
   * @param charset the character set that it is meant for if its name says none
   */
  Optional<String> collation(String name, String charset) {
    String lower = name.toLowerCase(Locale.ROOT);
    String three = lower.replaceFirst("^utf8_", "utf8mb3_");
    String old = lower.replaceFirst("^utf8mb3_", "utf8_");
    for (String candidate : new String[] {lower, three, old, charset + "_" + lower}) {
      if (charsets.containsKey(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** The collation of a number in the log; empty if there is none. */
  Optional<String> numbered(int number) {
    return Optional.ofNullable(numbers.get(number));
  }

  /** The character set of a collation; the empty text if the collation is unknown. */
  String charsetOf(String collation) {
    return charsets.getOrDefault(collation, "");
  }

  /** The default collation of a character set of the catalog; empty if it is unknown. */
  Optional<String> defaultOf(String charset) {
    return Optional.ofNullable(defaults.get(charset)).filter(name -> !name.isEmpty());
  }

  /** The collation of a character set that compares codes; empty if there is none. */
  Optional<String> binaryOf(String charset) {
    return collation(charset + "_bin", charset);
  }
}
