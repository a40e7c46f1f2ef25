package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MARIADB;
import static dev.syncline.testkit.server.MySqlRelease.Family.MYSQL;

import dev.syncline.change.ImpossibleDate;
import dev.syncline.testkit.server.MySqlRelease;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The one list of column types and the values at their edges. */
final class TypeSamples {

  /** Says that only the two readings have to agree. */
  static final Object WHATEVER = new Object();

  /**
   * A value.
   *
   * @param sql the expression that gives it to the server
   * @param expected its normal form, or {@link #WHATEVER}
   */
  record Value(String sql, Object expected) {}

  /**
   * A type and its edges.
   *
   * @param type as one writes it in CREATE TABLE
   * @param releases the servers that have it
   * @param isExact whether the normal form says everything that the server knows of the values
   */
  record Sample(String type, Set<MySqlRelease> releases, List<Value> values, boolean isExact) {
    Sample(String type, Set<MySqlRelease> releases, List<Value> values) {
      this(type, releases, values, true);
    }
  }

  private static final Set<MySqlRelease> ALL = Set.of(MySqlRelease.values());
  private static final Set<MySqlRelease> MY = of(MYSQL);
  private static final Set<MySqlRelease> MARIA = of(MARIADB);

  private TypeSamples() {}

  private static Set<MySqlRelease> of(MySqlRelease.Family family) {
    return Arrays.stream(MySqlRelease.values())
        .filter(release -> release.family() == family)
        .collect(Collectors.toSet());
  }

  /** All samples that a server has. */
  static List<Sample> of(MySqlRelease release) {
    return all().stream().filter(sample -> sample.releases().contains(release)).toList();
  }

  /** The types of which a server knows nothing. */
  static Set<String> typesUnknownTo(MySqlRelease release) {
    Set<String> types = all().stream().map(Sample::type).collect(Collectors.toSet());
    of(release).forEach(sample -> types.remove(sample.type()));
    return types;
  }

  private static List<Sample> all() {
    List<Sample> samples = new ArrayList<>();
    integers(samples);
    fractions(samples);
    bits(samples);
    dates(samples);
    times(samples);
    TextSamples.add(samples);
    binaries(samples);
    labels(samples);
    documents(samples);
    geometries(samples);
    return samples;
  }

  private static void add(List<Sample> samples, String type, Value... values) {
    samples.add(new Sample(type, ALL, List.of(values)));
  }

  private static void addFraction(List<Sample> samples, String type, int digits, Value... values) {
    Set<MySqlRelease> releases = digits == 0 ? ALL : Feature.FRACTIONS.releases();
    String sql = digits == 0 ? type : type + "(" + digits + ")";
    samples.add(new Sample(sql, releases, List.of(values)));
  }

  static Value value(String sql, Object expected) {
    return new Value(sql, expected);
  }

  private static Value text(String text) {
    return new Value("'" + text + "'", text);
  }

  private static void integers(List<Sample> samples) {
    String[] names = {"tinyint", "smallint", "mediumint", "int", "bigint"};
    int[] widths = {8, 16, 24, 32, 64};
    for (int i = 0; i < names.length; i++) {
      BigInteger half = BigInteger.ONE.shiftLeft(widths[i] - 1);
      add(
          samples,
          names[i],
          integer(half.negate()),
          integer(BigInteger.valueOf(-1)),
          integer(BigInteger.ZERO),
          integer(BigInteger.ONE),
          integer(half.subtract(BigInteger.ONE)));
      BigInteger full = half.shiftLeft(1);
      add(
          samples,
          names[i] + " unsigned",
          integer(BigInteger.ZERO),
          integer(half.subtract(BigInteger.ONE)),
          integer(half),
          integer(full.subtract(BigInteger.TWO)),
          integer(full.subtract(BigInteger.ONE)));
    }
    add(samples, "tinyint(1)", value("-1", -1L), value("2", 2L), value("127", 127L));
    add(
        samples,
        "int(5) zerofill",
        value("0", 0L),
        value("42", 42L),
        value("4294967295", 4294967295L));
    add(samples, "boolean", value("true", 1L), value("false", 0L));
    add(samples, "year", value("0", 0L), value("1901", 1901L), value("2155", 2155L));
  }

  private static Value integer(BigInteger number) {
    boolean isLong = number.bitLength() < Long.SIZE;
    return value(number.toString(), isLong ? (Object) number.longValue() : number);
  }

  private static void fractions(List<Sample> samples) {
    String nines = "9".repeat(35) + "." + "9".repeat(30);
    decimals(
        samples,
        "decimal(65,30)",
        nines,
        "-" + nines,
        "0." + "0".repeat(29) + "1",
        "0." + "0".repeat(30));
    decimals(samples, "decimal(10,2)", "-0.01", "99999999.99", "-99999999.99", "1.10", "0.00");
    decimals(samples, "decimal(18,9)", "123456789.987654321", "-0.000000001");
    decimals(samples, "decimal(19,0)", "9999999999999999999", "-1000000000000000000", "0");
    decimals(samples, "decimal(5,5)", "0.00001", "-0.99999");
    decimals(samples, "decimal(65,0)", "9".repeat(65), "-" + "1".repeat(65));
    decimals(samples, "decimal(1,0)", "9", "-9");
    decimals(samples, "decimal(30,30)", "0." + "9".repeat(30));
    decimals(samples, "decimal(10,2) unsigned", "99999999.99", "0.00");
    add(
        samples,
        "float",
        value("-0e0", -0.0f),
        value("0", 0f),
        value("16777216", 16777216f),
        value("0.1", 0.1f),
        value("1.17549435e-38", Float.MIN_NORMAL),
        value("3.4028234e38", Float.MAX_VALUE),
        value("-123456.79", -123456.79f));
    add(samples, "float(7,3)", value("1234.567", 1234.567f), value("-0.001", -0.001f));
    add(
        samples,
        "double",
        value("-0e0", -0.0),
        value("0.1", 0.1),
        value("1.7976931348623157e308", Double.MAX_VALUE),
        value("2.2250738585072014e-308", Double.MIN_NORMAL),
        value("9007199254740993e0", 9007199254740992.0),
        value("1e23", Double.parseDouble("1e23")),
        value("-3.141592653589793", -Math.PI));
    add(samples, "double(20,4)", value("1234567890.1234", 1234567890.1234));
    add(samples, "double unsigned", value("1e-300", 1e-300));
  }

  private static void decimals(List<Sample> samples, String type, String... numbers) {
    samples.add(
        new Sample(
            type, ALL, Arrays.stream(numbers).map(n -> value(n, new BigDecimal(n))).toList()));
  }

  private static void bits(List<Sample> samples) {
    for (int width : new int[] {1, 7, 8, 9, 63, 64}) {
      int digits = (width + 7) / 8 * 2;
      List<Value> values = new ArrayList<>();
      for (String bits : List.of("0", "1", "1" + "0".repeat(width - 1), "1".repeat(width))) {
        String hex = new BigInteger(bits, 2).toString(16);
        String padded = "0".repeat(digits - hex.length()) + hex;
        values.add(value("b'" + bits + "'", HexFormat.of().parseHex(padded)));
      }
      samples.add(new Sample("bit(" + width + ")", ALL, values));
    }
  }

  private static void dates(List<Sample> samples) {
    add(
        samples,
        "date",
        value("'0000-00-00'", new ImpossibleDate("0000-00-00")),
        value("'2023-00-15'", new ImpossibleDate("2023-00-15")),
        value("'2023-05-00'", new ImpossibleDate("2023-05-00")),
        value("'2023-02-31'", new ImpossibleDate("2023-02-31")),
        value("'0001-01-01'", LocalDate.of(1, 1, 1)),
        value("'1582-10-10'", LocalDate.of(1582, 10, 10)),
        value("'2024-02-29'", LocalDate.of(2024, 2, 29)),
        value("'9999-12-31'", LocalDate.of(9999, 12, 31)));
    for (int digits = 0; digits <= 6; digits++) {
      String zeros = digits == 0 ? "" : "." + "0".repeat(digits);
      String nines = digits == 0 ? "" : "." + "9".repeat(digits);
      String last = digits == 0 ? "" : "." + "0".repeat(digits - 1) + "1";
      addFraction(
          samples,
          "datetime",
          digits,
          impossible("0000-00-00 00:00:00" + zeros),
          impossible("2023-00-15 10:11:12" + nines),
          impossible("2023-02-31 23:59:59" + nines),
          local("0001-01-01", "00:00:00"),
          local("1582-10-10", "01:02:03" + last),
          local("1970-01-01", "00:00:00" + zeros),
          local("2016-03-27", "02:30:00" + last),
          local("9999-12-31", "23:59:59" + nines));
      addFraction(
          samples,
          "timestamp",
          digits,
          impossible("0000-00-00 00:00:00" + zeros),
          instant("1970-01-01", "00:00:01" + zeros),
          instant("2016-03-27", "02:30:00" + last),
          instant("2038-01-19", "03:14:07" + zeros),
          instant("2001-09-09", "01:46:39" + nines));
    }
  }

  private static Value impossible(String literal) {
    return value("'" + literal + "'", new ImpossibleDate(literal));
  }

  private static Value local(String date, String time) {
    return value("'" + date + " " + time + "'", LocalDateTime.parse(date + "T" + time));
  }

  private static Value instant(String date, String time) {
    return value("'" + date + " " + time + "'", Instant.parse(date + "T" + time + "Z"));
  }

  private static void times(List<Sample> samples) {
    for (int digits = 0; digits <= 6; digits++) {
      String last = digits == 0 ? "" : "." + "0".repeat(digits - 1) + "1";
      Duration unit =
          digits == 0 ? Duration.ZERO : Duration.ofNanos((long) Math.pow(10, 9 - digits));
      Duration max = Duration.ofHours(838).plusMinutes(59).plusSeconds(59);
      addFraction(
          samples,
          "time",
          digits,
          value("'00:00:00'", Duration.ZERO),
          value("'838:59:59'", max),
          value("'-838:59:59'", max.negated()),
          value("'-00:00:01'", Duration.ofSeconds(-1)),
          value("'-00:00:00" + last + "'", unit.negated()),
          value("'-00:00:01" + last + "'", unit.plusSeconds(1).negated()),
          value("'-16:08:04" + last + "'", Duration.parse("PT16H8M4S").plus(unit).negated()),
          value("'24:00:00" + last + "'", Duration.ofHours(24).plus(unit)),
          value("'838:59:58" + last + "'", max.minusSeconds(1).plus(unit)));
    }
  }

  private static void binaries(List<Sample> samples) {
    add(
        samples,
        "binary(4)",
        value("X'00000000'", new byte[4]),
        value("X'01020000'", new byte[] {1, 2, 0, 0}),
        value("X'20202020'", new byte[] {32, 32, 32, 32}),
        value("X'FF0080FF'", new byte[] {-1, 0, -128, -1}));
    add(samples, "binary(255)", value("X'0100'", Arrays.copyOf(new byte[] {1}, 255)));
    add(samples, "binary(0)", value("''", new byte[0]));
    for (String type :
        List.of("varbinary(8)", "varbinary(300)", "tinyblob", "blob", "mediumblob", "longblob")) {
      add(
          samples,
          type,
          value("''", new byte[0]),
          value("X'0000'", new byte[2]),
          value("X'FFFE200A005C2700'", new byte[] {-1, -2, 32, 10, 0, 92, 39, 0}));
    }
    byte[] large = new byte[70_000];
    Arrays.fill(large, (byte) 0x80);
    add(samples, "mediumblob", value("REPEAT(X'80', 70000)", large));
  }

  private static void labels(List<Sample> samples) {
    String odd = "enum('','a,b','it''s','\\\\','x\\ny','\"','tab\tz','中')";
    samples.add(
        new Sample(
            odd,
            ALL,
            List.of(
                text(""),
                text("a,b"),
                value("'it''s'", "it's"),
                value("'\\\\'", "\\"),
                value("'x\\ny'", "x\ny"),
                text("\""),
                text("tab\tz"),
                text("中"))));
    add(samples, "enum('1','0','2')", text("0"), text("2"), value("1", "1"));
    add(samples, "enum('a','ÿ') character set latin1", text("ÿ"));
    String many =
        IntStream.range(0, 300).mapToObj(i -> "'m" + i + "'").collect(Collectors.joining(","));
    add(samples, "enum(" + many + ")", text("m0"), text("m255"), text("m256"), text("m299"));
    add(
        samples,
        "set('a','b','it''s')",
        text(""),
        text("a"),
        value("'it''s,a'", "a,it's"),
        text("a,b"));
    List<String> members = IntStream.range(0, 64).mapToObj(i -> "s" + i).toList();
    String declared = members.stream().map(m -> "'" + m + "'").collect(Collectors.joining(","));
    add(
        samples,
        "set(" + declared + ")",
        text(""),
        text("s0"),
        text("s63"),
        text("s0,s63"),
        text(String.join(",", members)));
    for (int count : new int[] {8, 9, 17, 25, 33}) {
      List<String> some = Collections.unmodifiableList(members.subList(0, count));
      String list = some.stream().map(m -> "'" + m + "'").collect(Collectors.joining(","));
      add(samples, "set(" + list + ")", text("s0"), text(String.join(",", some)));
    }
  }

  private static void documents(List<Sample> samples) {
    String[] documents = {
      "{}",
      "[]",
      "null",
      "true",
      "false",
      "0",
      "-1",
      "32767",
      "-32768",
      "32768",
      "65535",
      "65536",
      "2147483647",
      "-2147483649",
      "4294967295",
      "9223372036854775807",
      "-9223372036854775808",
      "9223372036854775808",
      "18446744073709551615",
      "\"\"",
      "\"text\"",
      "{\"\": 0}",
      "{\"b\": null, \"aa\": [true, false, {\"x\": []}]}",
      "\"quote \\\\\" back \\\\\\\\ slash / bell \\\\u0007 tab \\\\t del \\u007f 中 😀\"",
      "[1e308, 5e-324, 1e15, 1e14, 0.1, -2.5e-5, 1e-14, 1e-15, 1e-16, 123456.789]",
      "[1, [2, [3, [4, [5, [6, [7, [8, [9]]]]]]]]]"
    };
    List<Value> values = new ArrayList<>();
    for (String document : documents) {
      values.add(value("'" + document + "'", WHATEVER));
    }
    values.add(value("'{\"k\": [1, \"v\", null]}'", "{\"k\": [1, \"v\", null]}"));
    values.add(value("'\"\\\\u0001\\\\b\\\\f\\\\n\"'", "\"\\u0001\\b\\f\\n\""));
    documentsMadeBySql(values);
    samples.add(new Sample("json", Feature.BINARY_JSON.releases(), values));
    // What these are besides their text gets lost: they come back as other JSON types.
    List<Value> beyondText =
        List.of(
            value("JSON_ARRAY(X'00FF', b'101')", WHATEVER),
            value("CAST(CAST(REPEAT('x', 200) AS BINARY) AS JSON)", WHATEVER),
            value("JSON_ARRAY(1e0, -0e0, 100e0)", WHATEVER),
            value("JSON_ARRAY(CAST(1.5 AS DECIMAL(10,1)))", "[1.5]"));
    samples.add(new Sample("json", Feature.BINARY_JSON.releases(), beyondText, false));
    samples.add(
        new Sample(
            "json",
            Feature.JSON.releases().stream()
                .filter(release -> release.family() == MARIADB)
                .collect(Collectors.toSet()),
            List.of(text("{\"b\": 1,  \"a\": 2.50}"), text("[]"), text("1.10"))));
  }

  /** Documents hold values that JSON text cannot say: dates, times and decimal numbers. */
  private static void documentsMadeBySql(List<Value> values) {
    values.add(value("JSON_ARRAY(1e17, 12345678901234567e0, 0.1e0, 1.7e-7)", WHATEVER));
    values.add(value("JSON_ARRAY(CAST('2020-01-02' AS DATE))", "[\"2020-01-02\"]"));
    values.add(
        value(
            "JSON_ARRAY(CAST('2020-01-02 03:04:05.25' AS DATETIME(2)))",
            "[\"2020-01-02 03:04:05.250000\"]"));
    values.add(value("JSON_ARRAY(CAST('-12:13:14.5' AS TIME(1)))", "[\"-12:13:14.500000\"]"));
    values.add(value("JSON_ARRAY(CAST('838:59:59' AS TIME))", WHATEVER));
    values.add(value("JSON_ARRAY(CAST('0000-00-00' AS DATE))", "[\"0000-00-00\"]"));
    values.add(value("CONCAT('\"', REPEAT('y', 70000), '\"')", "\"" + "y".repeat(70_000) + "\""));
    values.add(
        value(
            "CONCAT('[', REPEAT('{\"key\": \"value\", \"n\": 70000},', 5000), '1]')",
            "[" + "{\"n\": 70000, \"key\": \"value\"}, ".repeat(5000) + "1]"));
    values.add(value("JSON_SET('{\"a\": 1, \"b\": \"text\"}', '$.b', 'te', '$.c', 3)", WHATEVER));
    values.add(
        value(
            "JSON_OBJECT('d', CAST(1.10 AS DECIMAL(10,2)), 'e', CAST(-0.5 AS DECIMAL(65,30)))",
            "{\"d\": 1.10, \"e\": -0.5" + "0".repeat(29) + "}"));
    values.add(value("JSON_ARRAY(3808.4687211528994e0)", "[3808.4687211528994]"));
  }

  private static void geometries(List<Sample> samples) {
    byte[] point = HexFormat.of().parseHex("000000000101000000000000000000F03F0000000000000040");
    add(samples, "point", value("ST_GeomFromText('POINT(1 2)')", point));
    add(
        samples,
        "geometry",
        value("ST_GeomFromText('POINT(1 2)', 4326)", WHATEVER),
        value("ST_GeomFromText('LINESTRING(0 0, 1 1.5, -2 3)')", WHATEVER),
        value("ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))')", WHATEVER));
    add(samples, "linestring", value("ST_GeomFromText('LINESTRING(0 0, 1 1)')", WHATEVER));
    add(samples, "polygon", value("ST_GeomFromText('POLYGON((0 0, 1 0, 1 1, 0 0))')", WHATEVER));
    add(samples, "multipoint", value("ST_GeomFromText('MULTIPOINT(0 0, 1 1)')", WHATEVER));
    add(
        samples,
        "multilinestring",
        value("ST_GeomFromText('MULTILINESTRING((0 0, 1 1))')", WHATEVER));
    add(
        samples,
        "multipolygon",
        value("ST_GeomFromText('MULTIPOLYGON(((0 0, 1 0, 1 1, 0 0)))')", WHATEVER));
    // MySQL before 5.7 has no collection without members.
    add(
        samples,
        "geometrycollection",
        value("ST_GeomFromText('GEOMETRYCOLLECTION(POINT(1 2))')", WHATEVER));
    samples.add(
        new Sample(
            "geometrycollection",
            MY.stream().filter(release -> release.isFrom(MYSQL, 5, 7)).collect(Collectors.toSet()),
            List.of(value("ST_GeomFromText('GEOMETRYCOLLECTION()')", WHATEVER))));
    samples.add(
        new Sample(
            "geometrycollection",
            MARIA,
            List.of(value("ST_GeomFromText('GEOMETRYCOLLECTION EMPTY')", WHATEVER))));
  }
}
