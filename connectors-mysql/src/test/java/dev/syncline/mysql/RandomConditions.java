package dev.syncline.mysql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A table with columns of all types, rows for it, and conditions on them, made by chance. */
final class RandomConditions {

  /**
   * A column and what is put into it and compared with it.
   *
   * @param kind what it can be compared with
   */
  private record Sample(String name, String type, Kind kind, List<String> values) {}

  private enum Kind {
    WHOLE,
    DECIMAL,
    FLOATING,
    YEAR,
    DATE,
    DATETIME,
    TIME,
    TEXT,
    BYTES,
    ENUM,
    SET,
    OTHER
  }

  private static final String UTF8 = " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
  private static final List<String> WORDS =
      List.of("''", "'a'", "'A'", "'ab'", "'ab '", "' ab'", "'b'", "'a\\tb'", "'a%b'", "'a_b'");
  private static final List<String> MORE_WORDS =
      List.of(
          "'é'", "'E'", "'e'", "'ß'", "'中国'", "'😀'", "'\uFF41'", "'a\\\\b'", "'it''s'", "'zz'");
  private static final List<String> DATES =
      List.of("'2024-01-01'", "'2024-02-29'", "'1999-12-31'", "'9999-12-31'", "'1000-01-01'");
  private static final List<String> IMPOSSIBLE =
      List.of("'0000-00-00'", "'2023-02-31'", "'2024-00-15'", "'2024-01-00'");
  private static final List<String> MOMENTS =
      List.of(
          "'2024-01-01 00:00:00'",
          "'2024-01-01 12:30:45'",
          "'2024-02-29 23:59:59'",
          "'1999-12-31 23:59:59'",
          "'2024-01-01 12:30:45.5'",
          "'2024-01-01 12:30:45.123456'");
  private static final List<String> SPANS =
      List.of(
          "'00:00:00'", "'12:30:45'", "'-12:30:45'", "'838:59:59'", "'100:00:01.5'", "'23:59:59'");
  private static final List<String> BYTES = List.of("X''", "X'00'", "X'61'", "X'6162'", "X'FF00'");

  private static final List<Sample> SAMPLES =
      List.of(
          whole("t1", "TINYINT", "-128", "-1", "0", "1", "2", "127"),
          whole("t2", "SMALLINT UNSIGNED", "0", "1", "2", "65535"),
          whole("i1", "INT", "-2147483648", "-7", "-1", "0", "1", "2", "7", "10", "2147483647"),
          whole("i2", "INT UNSIGNED", "0", "1", "3", "7", "4294967295"),
          whole(
              "b1",
              "BIGINT",
              "-9223372036854775808",
              "-1",
              "0",
              "5",
              "9007199254740993",
              "9223372036854775807"),
          whole(
              "b2",
              "BIGINT UNSIGNED",
              "0",
              "1",
              "5",
              "9223372036854775808",
              "18446744073709551615"),
          whole("x1", "BIT(3)", "0", "1", "5", "7"),
          whole("x2", "BIT(64)", "0", "1", "18446744073709551615"),
          new Sample(
              "d1",
              "DECIMAL(10,2)",
              Kind.DECIMAL,
              List.of("-99999999.99", "-1.50", "0", "0.10", "1.00", "1.5", "2.49", "2.50", "7")),
          new Sample(
              "d2",
              "DECIMAL(30,10)",
              Kind.DECIMAL,
              List.of(
                  "-12345678901234567890.0123456789",
                  "-0.0000000001",
                  "0",
                  "1.5",
                  "1",
                  "99999999999999999999.9999999999")),
          new Sample(
              "d3",
              "DECIMAL(18,0) UNSIGNED",
              Kind.DECIMAL,
              List.of("0", "1", "7", "999999999999999999")),
          new Sample(
              "f1", "FLOAT", Kind.FLOATING, List.of("-1.5", "0", "0.1", "1.5", "3.4e38", "7")),
          new Sample(
              "f2",
              "DOUBLE",
              Kind.FLOATING,
              List.of("-1.5", "0", "0.1", "1.5", "1e300", "9007199254740993", "7", "1e-300")),
          new Sample("y1", "YEAR", Kind.YEAR, List.of("0", "1901", "1999", "2024", "2155")),
          new Sample("da", "DATE", Kind.DATE, both(DATES, IMPOSSIBLE)),
          new Sample("da2", "DATE", Kind.DATE, DATES),
          new Sample("dt", "DATETIME", Kind.DATETIME, both(both(MOMENTS, DATES), IMPOSSIBLE)),
          new Sample("dt6", "DATETIME(6)", Kind.DATETIME, both(MOMENTS, DATES)),
          new Sample(
              "ts",
              "TIMESTAMP(3) NULL",
              Kind.DATETIME,
              List.of(
                  "'2024-01-01 12:30:45'",
                  "'2024-01-01 12:30:45.5'",
                  "'1999-12-31 23:59:59'",
                  "'0000-00-00 00:00:00'",
                  "'2024-01-01 00:00:00'")),
          new Sample("ti", "TIME", Kind.TIME, SPANS),
          new Sample("ti6", "TIME(6)", Kind.TIME, SPANS),
          text("c1", "CHAR(10)" + UTF8, both(WORDS, MORE_WORDS)),
          text("v1", "VARCHAR(20)" + UTF8, both(WORDS, MORE_WORDS)),
          text("v2", "VARCHAR(20)" + UTF8, WORDS),
          text(
              "v3",
              "VARCHAR(20) CHARACTER SET utf8 COLLATE utf8_bin",
              both(WORDS, List.of("'é'", "'中国'"))),
          text(
              "v4",
              "VARCHAR(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
              both(WORDS, MORE_WORDS)),
          text(
              "l1",
              "VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_bin",
              both(WORDS, List.of("'é'", "'ß'", "'€'"))),
          text("a1", "VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin", WORDS),
          text("a2", "VARCHAR(20) CHARACTER SET ascii COLLATE ascii_general_ci", WORDS),
          text("g1", "VARCHAR(20) CHARACTER SET gbk", both(WORDS, List.of("'中国'"))),
          text("x3", "TEXT" + UTF8, both(WORDS, MORE_WORDS)),
          new Sample("n1", "BINARY(2)", Kind.BYTES, BYTES.subList(0, 4)),
          new Sample("n2", "VARBINARY(10)", Kind.BYTES, BYTES),
          new Sample("n3", "BLOB", Kind.BYTES, BYTES),
          new Sample(
              "e1",
              "ENUM('new','open','closed')",
              Kind.ENUM,
              List.of("'new'", "'open'", "'closed'")),
          new Sample(
              "s1", "SET('a','b','c')", Kind.SET, List.of("''", "'a'", "'b'", "'a,b'", "'a,b,c'")),
          new Sample("p1", "POINT", Kind.OTHER, List.of("ST_GeomFromText('POINT(1 2)')")));

  private final Random random;

  RandomConditions(Random random) {
    this.random = random;
  }

  private static Sample whole(String name, String type, String... values) {
    return new Sample(name, type, Kind.WHOLE, List.of(values));
  }

  private static Sample text(String name, String type, List<String> values) {
    return new Sample(name, type, Kind.TEXT, values);
  }

  private static List<String> both(List<String> one, List<String> other) {
    List<String> all = new ArrayList<>(one);
    all.addAll(other);
    return all;
  }

  static String create(String table) {
    return SAMPLES.stream()
        .map(
            sample ->
                sample.name + " " + sample.type + (sample.type.endsWith("NULL") ? "" : " NULL"))
        .collect(
            Collectors.joining(
                ", ", "CREATE TABLE " + table + " (id INT PRIMARY KEY, ", ") ENGINE=InnoDB"));
  }

  String insert(String table, int id) {
    return SAMPLES.stream()
        .map(sample -> chance(8) ? "NULL" : any(sample.values))
        .collect(Collectors.joining(", ", "INSERT INTO " + table + " VALUES (" + id + ", ", ")"));
  }

  private boolean chance(int of) {
    return random.nextInt(of) == 0;
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  private String any(String... list) {
    return list[random.nextInt(list.length)];
  }

  private String column(Kind kind) {
    String name = any(SAMPLES.stream().filter(sample -> sample.kind == kind).toList()).name;
    return chance(6) ? "`" + name + "`" : chance(6) ? name.toUpperCase(Locale.ROOT) : name;
  }

  private String literal(Kind kind) {
    String value = any(any(SAMPLES.stream().filter(sample -> sample.kind == kind).toList()).values);
    return kind == Kind.FLOATING && value.contains("e") ? "2.5" : value;
  }

  /** A condition, sometimes without parentheses that it does not need. */
  String condition(int depth) {
    if (depth <= 0) {
      return comparison(1);
    }
    return switch (random.nextInt(14)) {
      case 0, 1 ->
          maybe(condition(depth - 1)) + any(" AND ", " && ", " and ") + maybe(condition(depth - 1));
      case 2, 3 ->
          maybe(condition(depth - 1)) + any(" OR ", " || ", " or ") + maybe(condition(depth - 1));
      case 4 -> maybe(condition(depth - 1)) + " XOR " + maybe(condition(depth - 1));
      case 5 ->
          chance(2) ? "NOT " + maybe(condition(depth - 1)) : "! (" + condition(depth - 1) + ")";
      case 6 ->
          "("
              + condition(depth - 1)
              + ") IS "
              + any("", "NOT ")
              + any("TRUE", "FALSE", "UNKNOWN", "NULL");
      case 7 ->
          "CASE WHEN %s THEN %s ELSE %s END"
              .formatted(
                  condition(depth - 1),
                  condition(depth - 1),
                  any("NULL", "0", condition(depth - 1)));
      case 8 ->
          "IF(%s, %s, %s)"
              .formatted(condition(depth - 1), condition(depth - 1), any("FALSE", "NULL", "TRUE"));
      case 9 -> "(" + condition(depth - 1) + ")";
      default -> comparison(depth);
    };
  }

  private String maybe(String text) {
    return chance(2) ? text : "(" + text + ")";
  }

  private String comparison(int depth) {
    Kind kind = any(List.of(Kind.values()));
    if (kind == Kind.OTHER) {
      return chance(2)
          ? "p1 IS " + any("", "NOT ") + "NULL"
          : whole(depth) + " IS " + any("", "NOT ") + "NULL";
    }
    String left = expression(kind, depth);
    return switch (random.nextInt(kind == Kind.TEXT ? 9 : 6)) {
      case 0 -> left + any(" ", " NOT ") + "IN (" + list(kind) + ")";
      case 1 ->
          left + any(" ", " NOT ") + "BETWEEN " + other(kind, depth) + " AND " + other(kind, depth);
      case 2 -> left + " IS " + any("", "NOT ") + "NULL";
      case 6, 7 -> left + any(" ", " NOT ") + "LIKE " + pattern();
      default ->
          left
              + any("=", " = ", " <=> ", " <> ", "!=", " < ", "<=", " > ", " >= ")
              + other(kind, depth);
    };
  }

  private String list(Kind kind) {
    return IntStream.rangeClosed(0, random.nextInt(3))
        .mapToObj(i -> chance(9) ? "NULL" : chance(6) ? expression(kind, 0) : literal(kind))
        .collect(Collectors.joining(", "));
  }

  private String pattern() {
    String text =
        IntStream.rangeClosed(0, random.nextInt(4))
            .mapToObj(
                i -> any("a", "b", "%", "%", "_", "A", " ", "é", "\\\\%", "\\_", "😀", "|%", "t"))
            .collect(Collectors.joining());
    return "'" + text + "'" + (chance(3) ? " ESCAPE '|'" : "");
  }

  private String other(Kind kind, int depth) {
    if (chance(20)) {
      return "NULL";
    }
    if (kind == Kind.WHOLE || kind == Kind.DECIMAL || kind == Kind.FLOATING) {
      Kind number = any(List.of(Kind.WHOLE, Kind.DECIMAL, Kind.FLOATING));
      String literal = literal(number);
      return chance(2) ? expression(number, depth - 1) : chance(12) ? "'7'" : literal;
    }
    if (kind == Kind.DATE || kind == Kind.DATETIME) {
      return switch (random.nextInt(4)) {
        case 0 -> "DATE" + any(DATES);
        case 1 -> kind == Kind.DATE ? any(DATES) : any(MOMENTS);
        case 2 -> "TIMESTAMP" + any(MOMENTS);
        default -> expression(any(List.of(Kind.DATE, Kind.DATETIME)), depth - 1);
      };
    }
    return chance(3) ? expression(kind, depth - 1) : literal(kind);
  }

  private String expression(Kind kind, int depth) {
    if (depth <= 0 || chance(3)) {
      return column(kind);
    }
    return switch (kind) {
      case WHOLE -> whole(depth);
      case DECIMAL -> decimal();
      case TEXT -> text();
      case BYTES ->
          chance(2)
              ? "BINARY " + any("v1", "c1", "v3", "a1")
              : "CAST(" + column(Kind.TEXT) + " AS BINARY)";
      case DATE ->
          chance(2) ? "DATE(" + column(any(List.of(Kind.DATE, Kind.DATETIME))) + ")" : choice(kind);
      case DATETIME -> chance(2) ? "CAST(" + column(Kind.DATE) + " AS DATETIME(6))" : choice(kind);
      case TIME, FLOATING -> choice(kind);
      case YEAR, ENUM, SET, OTHER -> column(kind);
    };
  }

  private String choice(Kind kind) {
    return switch (random.nextInt(3)) {
      case 0 -> "COALESCE(" + column(kind) + ", " + column(kind) + ")";
      case 1 -> "IFNULL(" + column(kind) + ", " + column(kind) + ")";
      default ->
          "CASE WHEN "
              + comparison(0)
              + " THEN "
              + column(kind)
              + " ELSE "
              + any("NULL", column(kind))
              + " END";
    };
  }

  private String whole(int depth) {
    String small = any("t1", "t2", "i1", "i2", "x1", "1", "2", "7", "0");
    String other = any("t1", "t2", "i1", "i2", "3", "10", "5");
    return switch (random.nextInt(14)) {
      case 0, 1 -> small + any("+", " - ", "*", " + ") + other;
      case 2 ->
          any("i1", "i2", "b1", "b2", "t1", "t2")
              + any(" DIV ", " % ", " MOD ")
              + any("3", "0", "7", "t2", "t1");
      case 3 -> "-" + small;
      case 4 -> "ABS(" + any("i1", "t1", "b2") + ")";
      case 5 -> column(Kind.WHOLE) + any(" & ", " | ", "&") + any("1", "5", column(Kind.WHOLE));
      case 6 -> any("LENGTH(", "CHAR_LENGTH(") + expression(Kind.TEXT, depth - 1) + ")";
      case 7 ->
          any("YEAR(", "MONTH(", "DAY(") + column(any(List.of(Kind.DATE, Kind.DATETIME))) + ")";
      case 8 ->
          any("HOUR(", "MINUTE(", "SECOND(") + column(any(List.of(Kind.TIME, Kind.DATETIME))) + ")";
      case 9 -> any("FLOOR(", "CEILING(", "CEIL(") + column(Kind.DECIMAL) + ")";
      case 10 -> choice(Kind.WHOLE);
      case 11 -> "NULLIF(" + column(Kind.WHOLE) + ", " + literal(Kind.WHOLE) + ")";
      case 12 ->
          "CAST("
              + any("i2", "t2", "i1")
              + any(" AS SIGNED) - 5", " AS SIGNED) * -3", " AS UNSIGNED)");
      default -> "LENGTH(" + column(Kind.BYTES) + ")";
    };
  }

  private String decimal() {
    return switch (random.nextInt(6)) {
      case 0 ->
          column(Kind.DECIMAL) + any("+", " - ", "*") + any("1.5", "0.01", "d1", "i1", "b1", "3");
      case 1 ->
          any("ROUND(", "TRUNCATE(") + column(Kind.DECIMAL) + ", " + any("0", "1", "2", "5") + ")";
      case 2 ->
          "CAST(" + any("i1", "t1", "d1", "b1") + " AS DECIMAL(" + any("25,3", "30", "12,1") + "))";
      case 3 -> column(Kind.DECIMAL) + any(" % ", " MOD ") + any("3", "1.5", "d1", "0");
      case 4 -> any("ABS(d1)", "-d1", "- (d1)");
      default -> choice(Kind.DECIMAL);
    };
  }

  private String text() {
    String column = column(Kind.TEXT);
    return switch (random.nextInt(10)) {
      case 0 -> any("LEFT(", "RIGHT(") + column + ", " + any("1", "0", "2", "-1") + ")";
      case 1 ->
          "SUBSTRING("
              + column
              + ", "
              + any("1", "2", "-2", "0", "9")
              + any(")", ", 1)", ", 0)", ", -1)");
      case 2 -> "SUBSTRING(" + column + " FROM 2" + any(")", " FOR 1)");
      case 3 -> any("TRIM(", "LTRIM(", "RTRIM(") + column + ")";
      case 4 -> "CONCAT(" + column + ", " + any("'b'", "'-'", column) + ")";
      case 5 -> any("LOWER(", "UPPER(", "LCASE(") + any("a1", "a2") + ")";
      case 6 -> "CONVERT(" + column + " USING utf8mb4) COLLATE utf8mb4_bin";
      case 7 -> any("v4 COLLATE utf8mb4_bin", "v1 COLLATE utf8mb4_bin", "a2 COLLATE ascii_bin");
      case 8 -> "COALESCE(" + column + ", " + any(WORDS) + ")";
      default -> choice(Kind.TEXT);
    };
  }
}
