package dev.syncline.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The modes of a session, from the bits that the log has to the words that a server takes. */
final class SqlModes {

  /** By bit; empty for what is no mode, or only a word for several others, which are set too. */
  private static final List<String> SHARED =
      List.of(
          "REAL_AS_FLOAT",
          "PIPES_AS_CONCAT",
          "ANSI_QUOTES",
          "IGNORE_SPACE",
          "IGNORE_BAD_TABLE_OPTIONS",
          "ONLY_FULL_GROUP_BY",
          "NO_UNSIGNED_SUBTRACTION",
          "NO_DIR_IN_CREATE",
          "",
          "ORACLE",
          "MSSQL",
          "",
          "MAXDB",
          "NO_KEY_OPTIONS",
          "NO_TABLE_OPTIONS",
          "NO_FIELD_OPTIONS",
          "",
          "",
          "",
          "NO_AUTO_VALUE_ON_ZERO",
          "NO_BACKSLASH_ESCAPES",
          "STRICT_TRANS_TABLES",
          "STRICT_ALL_TABLES",
          "NO_ZERO_IN_DATE",
          "NO_ZERO_DATE",
          "ALLOW_INVALID_DATES",
          "ERROR_FOR_DIVISION_BY_ZERO",
          "",
          "NO_AUTO_CREATE_USER",
          "HIGH_NOT_PRECEDENCE",
          "NO_ENGINE_SUBSTITUTION",
          "PAD_CHAR_TO_FULL_LENGTH");

  private static final List<String> OF_MARIA_DB =
      List.of("EMPTY_STRING_IS_NULL", "SIMULTANEOUS_ASSIGNMENT", "TIME_ROUND_FRACTIONAL");

  private static final List<String> OF_MY_SQL = List.of("TIME_TRUNCATE_FRACTIONAL");

  /** Words for several modes on MySQL, and for another language on MariaDB. */
  private static final Set<String> LANGUAGES = Set.of("ORACLE", "MSSQL");

  /** What changes how statements are shown, what users are made of, or how rows are selected. */
  private static final Set<String> HARMLESS =
      Set.of(
          "NO_AUTO_CREATE_USER",
          "NO_DIR_IN_CREATE",
          "NO_FIELD_OPTIONS",
          "NO_KEY_OPTIONS",
          "NO_TABLE_OPTIONS",
          "ONLY_FULL_GROUP_BY",
          "PAD_CHAR_TO_FULL_LENGTH",
          "SIMULTANEOUS_ASSIGNMENT");

  private SqlModes() {}

  /** The modes in the bits of {@code sql_mode} in a log, with commas between. */
  static String names(long bits, boolean mariaDb) {
    List<String> names = new ArrayList<>();
    for (int bit = 0; bit < Long.SIZE; bit++) {
      String name = (bits & (1L << bit)) == 0 ? "" : name(bit, mariaDb);
      if (!name.isEmpty()) {
        names.add(name);
      }
    }
    return String.join(",", names);
  }

  private static String name(int bit, boolean mariaDb) {
    if (bit < SHARED.size()) {
      String name = SHARED.get(bit);
      // MySQL has no use for the bit that lets MariaDB take unknown options.
      boolean unused = name.equals("IGNORE_BAD_TABLE_OPTIONS") || LANGUAGES.contains(name);
      return unused && !mariaDb ? "" : name;
    }
    List<String> more = mariaDb ? OF_MARIA_DB : OF_MY_SQL;
    int index = bit - SHARED.size();
    return index < more.size() ? more.get(index) : "BIT_" + bit;
  }

  /** Whether statements that change objects mean the same without a mode. */
  static boolean isHarmless(String mode) {
    return HARMLESS.contains(mode);
  }
}
