package dev.syncline.mysql;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The words of conditions: which functions there are, and which words are no names. */
final class FilterGrammar {
  private static final int MANY = 1_000;

  /**
   * A function that can be evaluated.
   *
   * @param name the one of its names that is printed
   */
  record Function(String name, int least, int most) {}

  private static final Map<String, Function> FUNCTIONS = new TreeMap<>();

  static {
    one("ABS", "LENGTH", "OCTET_LENGTH", "CHAR_LENGTH", "CHARACTER_LENGTH", "LOWER", "LCASE");
    one("UPPER", "UCASE", "TRIM", "LTRIM", "RTRIM", "FLOOR", "CEILING", "CEIL", "ISNULL");
    one("DATE", "YEAR", "MONTH", "DAYOFMONTH", "DAY", "HOUR", "MINUTE", "SECOND");
    many(1, MANY, "CONCAT", "COALESCE");
    many(2, 3, "SUBSTRING", "SUBSTR", "MID");
    many(2, 2, "LEFT", "RIGHT", "MOD", "IFNULL", "NULLIF", "TRUNCATE");
    many(1, 2, "ROUND");
    many(3, 3, "IF");
  }

  private static void one(String... names) {
    many(1, 1, names);
  }

  private static void many(int least, int most, String... names) {
    for (String name : names) {
      FUNCTIONS.put(name, new Function(printed(name), least, most));
    }
  }

  private static String printed(String name) {
    return switch (name) {
      case "OCTET_LENGTH" -> "LENGTH";
      case "CHARACTER_LENGTH" -> "CHAR_LENGTH";
      case "LCASE" -> "LOWER";
      case "UCASE" -> "UPPER";
      case "CEIL" -> "CEILING";
      case "DAY" -> "DAYOFMONTH";
      case "SUBSTR", "MID" -> "SUBSTRING";
      default -> name;
    };
  }

  /** What gives another value in each session or at each time. */
  private static final Set<String> CHANGING =
      Set.of(
          "NOW",
          "CURRENT_TIMESTAMP",
          "CURDATE",
          "CURRENT_DATE",
          "CURTIME",
          "CURRENT_TIME",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "UTC_DATE",
          "UTC_TIME",
          "UTC_TIMESTAMP",
          "SYSDATE",
          "UNIX_TIMESTAMP",
          "FROM_UNIXTIME",
          "RAND",
          "UUID",
          "UUID_SHORT",
          "USER",
          "CURRENT_USER",
          "SESSION_USER",
          "SYSTEM_USER",
          "CURRENT_ROLE",
          "DATABASE",
          "SCHEMA",
          "VERSION",
          "CONNECTION_ID",
          "LAST_INSERT_ID",
          "FOUND_ROWS",
          "ROW_COUNT",
          "SLEEP",
          "BENCHMARK",
          "GET_LOCK",
          "RELEASE_LOCK",
          "IS_FREE_LOCK",
          "IS_USED_LOCK",
          "NEXTVAL",
          "LASTVAL",
          "LOAD_FILE");

  /** Those of them that are called without parentheses too. */
  private static final Set<String> CHANGING_WORDS =
      Set.of(
          "CURRENT_TIMESTAMP",
          "CURRENT_DATE",
          "CURRENT_TIME",
          "CURRENT_USER",
          "CURRENT_ROLE",
          "LOCALTIME",
          "LOCALTIMESTAMP",
          "UTC_DATE",
          "UTC_TIME",
          "UTC_TIMESTAMP");

  /** Words that are names between back-ticks only. */
  private static final Set<String> RESERVED =
      Set.of(
          "AND",
          "OR",
          "NOT",
          "XOR",
          "IN",
          "BETWEEN",
          "LIKE",
          "IS",
          "NULL",
          "TRUE",
          "FALSE",
          "CASE",
          "WHEN",
          "THEN",
          "ELSE",
          "DIV",
          "MOD",
          "BINARY",
          "COLLATE",
          "REGEXP",
          "RLIKE",
          "SELECT",
          "WITH",
          "EXISTS",
          "INTERVAL",
          "MATCH",
          "DEFAULT",
          "VALUES",
          "FROM",
          "WHERE",
          "GROUP",
          "ORDER",
          "LIMIT",
          "HAVING",
          "UNION",
          "FOR",
          "LOCK",
          "INTO",
          "PROCEDURE",
          "ALL",
          "ANY");

  /** Operators of which nobody has shown that we could evaluate them like each server. */
  private static final List<String> REFUSED_SYMBOLS = List.of("<<", ">>", "->", ":=", "^", "~");

  private FilterGrammar() {}

  static boolean isReserved(String keyword) {
    return RESERVED.contains(keyword);
  }

  static List<String> refusedSymbols() {
    return REFUSED_SYMBOLS;
  }

  /** Refuses words that stand for something that changes. */
  static void checkWord(String keyword, String place) {
    if (CHANGING_WORDS.contains(keyword)) {
      throw changing(keyword, place);
    }
  }

  private static FilterException changing(String name, String place) {
    return new FilterException(
        ("%s%s gives another value in each session or at each time, so that rows would come in and"
                + " go out without a change in the log. Compare with a fixed value.")
            .formatted(name, place));
  }

  /** The function with a name. */
  static Function function(String written, String place) {
    String name = written.toUpperCase(Locale.ROOT);
    Function function = FUNCTIONS.get(name);
    if (function != null) {
      return function;
    }
    if (CHANGING.contains(name)) {
      throw changing(name + "()", place);
    }
    throw new FilterException(
        "Function '%s'%s is not evaluated like the server here. The functions that are: %s."
            .formatted(written, place, String.join(", ", names())));
  }

  /** The names of all functions. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>(FUNCTIONS.keySet());
    names.addAll(List.of("CAST", "CONVERT"));
    return names;
  }
}
