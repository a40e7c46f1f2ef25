package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A column of a type made by chance, and values for it.
 *
 * @param declaration as one writes it behind the name in CREATE TABLE
 * @param values makes an expression for a value
 */
record RandomColumn(String declaration, Function<Random, String> values) {

  private static final List<String> CHARSETS =
      List.of("utf8mb4", "utf8", "latin1", "gbk", "ucs2", "utf16", "sjis", "ascii", "cp1251");
  private static final String LETTERS = "aZ 0'\\\"%_\n\u0000éßÿЖя中国日ア€—😀";
  private static final int MANY_BYTES = 70_000;

  /** A column as a release can have it. */
  static RandomColumn of(MySqlRelease release, Random random) {
    RandomColumn column = ofAnyType(release, random);
    return random.nextInt(3) == 0
        ? new RandomColumn(column.declaration + " NOT NULL", column.values)
        : new RandomColumn(
            column.declaration + " NULL", r -> r.nextInt(5) == 0 ? "NULL" : column.values.apply(r));
  }

  private static RandomColumn ofAnyType(MySqlRelease release, Random random) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> integer(random);
      case 2 -> decimal(random);
      case 3 -> floating(random);
      case 4 -> bits(random);
      case 5, 6 -> moment(release, random);
      case 7, 8 -> text(random);
      case 9 -> bytes(random);
      case 10 -> labels(random);
      default -> document(release, random);
    };
  }

  private static RandomColumn integer(Random random) {
    String[] names = {"tinyint", "smallint", "mediumint", "int", "bigint", "year"};
    int[] widths = {8, 16, 24, 32, 64};
    int which = random.nextInt(names.length);
    if (which == widths.length) {
      return new RandomColumn("year", r -> r.nextInt(8) == 0 ? "0" : "" + (1901 + r.nextInt(255)));
    }
    boolean unsigned = random.nextBoolean();
    BigInteger offset = unsigned ? BigInteger.ZERO : BigInteger.ONE.shiftLeft(widths[which] - 1);
    return new RandomColumn(
        names[which] + (unsigned ? " unsigned" : ""),
        // Of few bits more often than chance has it.
        r ->
            new BigInteger(1 + r.nextInt(widths[which]), r)
                .subtract(r.nextBoolean() && !unsigned ? offset : BigInteger.ZERO)
                .min(
                    BigInteger.ONE
                        .shiftLeft(widths[which])
                        .subtract(offset)
                        .subtract(BigInteger.ONE))
                .toString());
  }

  private static RandomColumn decimal(Random random) {
    int precision = 1 + random.nextInt(65);
    int scale = random.nextInt(Math.min(30, precision) + 1);
    return new RandomColumn(
        "decimal(" + precision + "," + scale + ")",
        r -> {
          String whole = digits(r, r.nextInt(precision - scale + 1));
          String fraction = digits(r, scale);
          return (r.nextBoolean() ? "-" : "") + "0" + whole + "." + fraction + "0";
        });
  }

  private static String digits(Random random, int count) {
    boolean nines = random.nextInt(4) == 0;
    return IntStream.range(0, count)
        .mapToObj(i -> nines ? "9" : "" + random.nextInt(10))
        .collect(Collectors.joining());
  }

  private static RandomColumn floating(Random random) {
    return random.nextBoolean()
        ? new RandomColumn("double", r -> finite(Double.longBitsToDouble(r.nextLong()) + "", r))
        : new RandomColumn("float", r -> finite(Float.intBitsToFloat(r.nextInt()) + "", r));
  }

  private static String finite(String number, Random random) {
    return Character.isLetter(number.charAt(number.length() - 1)) ? "" + random.nextInt() : number;
  }

  private static RandomColumn bits(Random random) {
    int width = 1 + random.nextInt(64);
    return new RandomColumn(
        "bit(" + width + ")", r -> "b'" + new BigInteger(width, r).toString(2) + "'");
  }

  private static RandomColumn moment(MySqlRelease release, Random random) {
    int digits = Feature.FRACTIONS.isIn(release) ? random.nextInt(7) : 0;
    String fraction = digits == 0 ? "" : "(" + digits + ")";
    return switch (random.nextInt(4)) {
      case 0 -> new RandomColumn("date", r -> "'" + date(r, 0, 10_000) + "'");
      case 1 ->
          new RandomColumn(
              "datetime" + fraction,
              r -> "'" + date(r, 0, 10_000) + " " + time(r, 24, digits) + "'");
      case 2 ->
          new RandomColumn(
              "timestamp" + fraction,
              r -> {
                String zero = "'0000-00-00 00:00:00'";
                String moment = "'" + date(r, 1971, 2038) + " " + time(r, 24, digits) + "'";
                return r.nextInt(8) == 0 ? zero : moment;
              });
      default ->
          new RandomColumn(
              "time" + fraction,
              r -> "'" + (r.nextBoolean() ? "-" : "") + time(r, 838, digits) + "'");
    };
  }

  private static String date(Random random, int from, int to) {
    boolean real = from > 0 || random.nextInt(4) > 0;
    int month = real ? 1 + random.nextInt(12) : random.nextInt(13);
    int day = real ? 1 + random.nextInt(28) : random.nextInt(32);
    return "%04d-%02d-%02d".formatted(from + random.nextInt(to - from), month, day);
  }

  private static String time(Random random, int hours, int digits) {
    String fraction = digits == 0 ? "" : "." + digits(random, digits);
    return "%02d:%02d:%02d%s"
        .formatted(random.nextInt(hours), random.nextInt(60), random.nextInt(60), fraction);
  }

  private static RandomColumn text(Random random) {
    String charset = CHARSETS.get(random.nextInt(CHARSETS.size()));
    int length = random.nextInt(4) == 0 ? 256 + random.nextInt(300) : 1 + random.nextInt(80);
    int most = Math.min(length, 255);
    return switch (random.nextInt(3)) {
      case 0 -> text("char(" + most + ") character set " + charset, most);
      case 1 -> text("varchar(" + length + ") character set " + charset, length);
      default -> text("mediumtext character set " + charset, 20_000);
    };
  }

  /** What the column's character set does not have becomes a question mark. */
  private static RandomColumn text(String type, int most) {
    return new RandomColumn(
        type,
        r -> {
          StringBuilder text = new StringBuilder();
          int length = r.nextInt(4) == 0 ? r.nextInt(most + 1) : r.nextInt(Math.min(most, 10) + 1);
          for (int i = 0; i < length; i++) {
            int[] letters = LETTERS.codePoints().toArray();
            text.appendCodePoint(letters[r.nextInt(letters.length)]);
          }
          return "_utf8mb4 " + hex(text.toString().getBytes(StandardCharsets.UTF_8));
        });
  }

  private static RandomColumn bytes(Random random) {
    int length = 1 + random.nextInt(300);
    return switch (random.nextInt(3)) {
      case 0 -> bytes("binary(" + Math.min(length, 255) + ")", Math.min(length, 255));
      case 1 -> bytes("varbinary(" + length + ")", length);
      default -> bytes("mediumblob", MANY_BYTES);
    };
  }

  private static RandomColumn bytes(String type, int most) {
    return new RandomColumn(
        type,
        r -> {
          byte[] bytes = new byte[r.nextInt(4) == 0 ? r.nextInt(most + 1) : r.nextInt(most) / 50];
          r.nextBytes(bytes);
          return hex(bytes);
        });
  }

  private static String hex(byte[] bytes) {
    return "X'" + HexFormat.of().formatHex(bytes) + "'";
  }

  private static RandomColumn labels(Random random) {
    boolean isSet = random.nextBoolean();
    int count = 1 + random.nextInt(isSet ? 64 : 400);
    String list =
        IntStream.range(0, count).mapToObj(i -> "'l" + i + "'").collect(Collectors.joining(","));
    return isSet
        ? new RandomColumn("set(" + list + ")", r -> new BigInteger(count, r).toString())
        : new RandomColumn("enum(" + list + ")", r -> "" + (1 + r.nextInt(count)));
  }

  private static RandomColumn document(MySqlRelease release, Random random) {
    return release.isFrom(Family.MYSQL, 5, 7) && random.nextInt(3) > 0
        ? new RandomColumn("json", r -> "'" + document(r, 4) + "'")
        : new RandomColumn(
            "geometry",
            r ->
                Dialect.of(
                    release,
                    "ST_GeomFromText('POINT(%d %d)')".formatted(r.nextInt(180), r.nextInt(90))));
  }

  private static String document(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> "null";
      case 1 -> random.nextBoolean() ? "true" : "false";
      case 2 -> new BigInteger(1 + random.nextInt(64), random).toString();
      case 3 -> "-" + random.nextInt(Integer.MAX_VALUE);
      case 4 -> random.nextInt(10_000) / 8.0 + "";
      case 5 -> "\"" + "aé中😀".repeat(random.nextInt(50)) + "\"";
      case 6 -> {
        List<String> members = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          members.add("\"k" + i + "\": " + document(random, depth - 1));
        }
        yield "{" + String.join(", ", members) + "}";
      }
      default -> {
        List<String> elements = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
          elements.add(document(random, depth - 1));
        }
        yield "[" + String.join(", ", elements) + "]";
      }
    };
  }
}
