package dev.syncline.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableTransform;
import dev.syncline.TransientException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConversionTest {

  private static final BigInteger HUGE = BigInteger.ONE.shiftLeft(63);

  private static Object converted(Conversion conversion, ValueKind kind, Object value) {
    TableDefinition table = Sample.with(Sample.column("c", kind, "its type", true));
    TableTransform transform = Transforms.convert("shop.t", "c", conversion);
    RowInsert insert =
        (RowInsert) transform.apply(new RowInsert(table, Row.of(1L, value))).orElseThrow();
    return insert.after().value(1);
  }

  static Stream<Arguments> conversions() {
    Conversion text = Conversion.toText(30);
    Conversion decimal = Conversion.toDecimal(6, 2);
    Conversion integer = Conversion.toInteger();
    LocalDateTime time = LocalDateTime.of(2024, 2, 3, 4, 5, 6);
    return Stream.of(
        Arguments.of(text, ValueKind.INTEGER, -7L, "-7"),
        Arguments.of(text, ValueKind.INTEGER, HUGE, "9223372036854775808"),
        Arguments.of(text, ValueKind.DECIMAL, new BigDecimal("1.20"), "1.20"),
        Arguments.of(text, ValueKind.DATE, LocalDate.of(2024, 2, 3), "2024-02-03"),
        Arguments.of(text, ValueKind.DATE, new ImpossibleDate("0000-00-00"), "0000-00-00"),
        Arguments.of(text, ValueKind.DATE_TIME, time, "2024-02-03 04:05:06"),
        Arguments.of(
            text, ValueKind.DATE_TIME, time.plusNanos(120_000_000), "2024-02-03 04:05:06.12"),
        Arguments.of(text, ValueKind.INSTANT, Instant.ofEpochSecond(1), "1970-01-01 00:00:01"),
        Arguments.of(text, ValueKind.TIME, Duration.ofSeconds(-3_661), "-01:01:01"),
        Arguments.of(
            text, ValueKind.TIME, Duration.ofHours(838).plusNanos(1_000), "838:00:00.000001"),
        Arguments.of(text, ValueKind.TIME, Duration.ofMillis(-500), "-00:00:00.5"),
        Arguments.of(text, ValueKind.YEAR, 2024L, "2024"),
        Arguments.of(text, ValueKind.TEXT, "abc", "abc"),
        Arguments.of(text, ValueKind.ENUM, "red", "red"),
        Arguments.of(text, ValueKind.SET, "a,b", "a,b"),
        Arguments.of(text, ValueKind.JSON, "[1, 2]", "[1, 2]"),
        Arguments.of(integer, ValueKind.INTEGER, 5L, 5L),
        Arguments.of(integer, ValueKind.DECIMAL, new BigDecimal("5.00"), 5L),
        Arguments.of(integer, ValueKind.YEAR, 2024L, 2024L),
        Arguments.of(integer, ValueKind.TEXT, "-007", -7L),
        Arguments.of(decimal, ValueKind.INTEGER, 5L, new BigDecimal("5.00")),
        Arguments.of(decimal, ValueKind.DECIMAL, new BigDecimal("1.5000"), new BigDecimal("1.50")),
        Arguments.of(decimal, ValueKind.TEXT, "1.5", new BigDecimal("1.50")),
        Arguments.of(decimal, ValueKind.TEXT, "0.000", new BigDecimal("0.00")),
        Arguments.of(decimal, ValueKind.TEXT, "1e3", new BigDecimal("1000.00")));
  }

  @ParameterizedTest
  @MethodSource("conversions")
  void makesValuesOfTheNewForm(
      Conversion conversion, ValueKind kind, Object value, Object expected) {
    assertThat(converted(conversion, kind, value)).isEqualTo(expected);
    assertThat(converted(conversion, kind, null)).isNull();
  }

  static Stream<Arguments> misfits() {
    Conversion decimal = Conversion.toDecimal(6, 2);
    Conversion integer = Conversion.toInteger();
    return Stream.of(
        Arguments.of(Conversion.toText(3), ValueKind.TEXT, "4711"),
        Arguments.of(integer, ValueKind.INTEGER, HUGE),
        Arguments.of(integer, ValueKind.DECIMAL, new BigDecimal("4711.5")),
        Arguments.of(integer, ValueKind.TEXT, "4711 "),
        Arguments.of(integer, ValueKind.TEXT, ""),
        Arguments.of(decimal, ValueKind.INTEGER, 47_110L),
        Arguments.of(decimal, ValueKind.DECIMAL, new BigDecimal("4711.005")),
        Arguments.of(decimal, ValueKind.TEXT, "4711x"),
        Arguments.of(decimal, ValueKind.TEXT, "1e2000000000"),
        Arguments.of(decimal, ValueKind.TEXT, "1".repeat(200)));
  }

  /** Nothing is rounded or cut, and no value stands in a message or in that of a cause. */
  @ParameterizedTest
  @MethodSource("misfits")
  void refusesValuesThatDoNotFit(Conversion conversion, ValueKind kind, Object value) {
    assertThatThrownBy(() -> converted(conversion, kind, value))
        .isInstanceOf(SyncException.class)
        .hasMessageContainingAll("Cannot convert column 'c' of table 'shop.t'")
        .hasMessageNotContaining("4711")
        .hasNoCause();
  }

  @Test
  void givesTheColumnItsNewType() {
    TableDefinition users = Sample.USERS;

    assertThat(type(Conversion.toText(20), users, "phone"))
        .isEqualTo(new ColumnType(ValueKind.TEXT, "varchar(20)", "utf8mb4", "utf8mb4_general_ci"));
    assertThat(type(Conversion.toText(20), users, "amount").charset()).isEqualTo("ascii");
    assertThat(type(Conversion.toInteger(), users, "phone"))
        .isEqualTo(ColumnType.of(ValueKind.INTEGER, "bigint"));
    assertThat(type(Conversion.toDecimal(9, 3), users, "amount").nativeType())
        .isEqualTo("decimal(9,3)");
  }

  private static ColumnType type(Conversion conversion, TableDefinition table, String name) {
    TableDefinition behind = Transforms.convert("*.*", name, conversion).table(table);
    Column column = behind.columns().get(behind.columnsNamed(name).get(0));
    assertThat(column.constant()).isEmpty();
    return column.type();
  }

  @ParameterizedTest
  @EnumSource(
      value = ValueKind.class,
      names = {"FLOAT", "DOUBLE", "BINARY", "BITS", "GEOMETRY"})
  void refusesTypesWithoutATextOfTheirOwn(ValueKind kind) {
    for (Conversion conversion :
        List.of(Conversion.toText(9), Conversion.toInteger(), Conversion.toDecimal(9, 0))) {
      assertThatThrownBy(
              () ->
                  Transforms.convert("*.*", "c", conversion)
                      .table(Sample.with(Sample.column("c", kind, "some type", true))))
          .isInstanceOf(SyncException.class)
          .hasMessageContainingAll("'c'", "'some type'", "use a function");
    }
  }

  @Test
  void convertsKeysOnlyIfTheyStayApart() {
    TableDefinition byNumber =
        Sample.keyedBy(Sample.column("k", ValueKind.DECIMAL, "decimal(9,0)", false));
    TableDefinition byText = Sample.keyedBy(Sample.text("k", false));

    assertThat(Transforms.convert("*.*", "k", Conversion.toText(9)).table(byNumber)).isNotNull();
    assertThat(Transforms.convert("*.*", "k", Conversion.toInteger()).table(byNumber)).isNotNull();
    for (Conversion conversion :
        List.of(
            Conversion.toInteger(),
            Conversion.toDecimal(9, 2),
            Conversion.by(ColumnType.of(ValueKind.INTEGER, "int"), v -> 1L))) {
      assertThatThrownBy(() -> Transforms.convert("*.*", "k", conversion).table(byText))
          .hasMessageContainingAll("'k'", "'PRIMARY'", "two keys could become one");
    }
  }

  @Test
  void convertsByAFunction() {
    Conversion day =
        Conversion.by(
            ColumnType.of(ValueKind.DATE, "date"), value -> ((LocalDateTime) value).toLocalDate());

    assertThat(converted(day, ValueKind.DATE_TIME, LocalDateTime.of(2024, 2, 3, 4, 5)))
        .isEqualTo(LocalDate.of(2024, 2, 3));
    assertThatThrownBy(
            () -> converted(day, ValueKind.DATE_TIME, new ImpossibleDate("2024-00-00 00:00:00")))
        .isInstanceOf(SyncException.class)
        .hasMessageContainingAll("'c'", "ClassCastException")
        .hasMessageNotContaining("2024");
  }

  @Test
  void refusesWhatAFunctionGivesInTheWrongForm() {
    Conversion wrong = Conversion.by(ColumnType.of(ValueKind.INTEGER, "int"), value -> 1);
    Conversion none = Conversion.by(ColumnType.of(ValueKind.INTEGER, "int"), value -> null);

    assertThatThrownBy(() -> converted(wrong, ValueKind.TEXT, "x"))
        .hasMessageContainingAll("'int'", "INTEGER", "Integer");
    assertThat(converted(none, ValueKind.TEXT, "x")).isNull();
    TableDefinition strict = Sample.with(Sample.text("c", false));
    assertThatThrownBy(
            () ->
                Transforms.convert("*.*", "c", none).apply(new RowInsert(strict, Row.of(1L, "x"))))
        .hasMessageContaining("NOT NULL");
  }

  @Test
  void letsPassThatAServiceIsAwayForAMoment() {
    TransientException away = new TransientException("away", null);
    Conversion asking =
        Conversion.by(
            ColumnType.of(ValueKind.INTEGER, "int"),
            value -> {
              throw away;
            });

    assertThatThrownBy(() -> converted(asking, ValueKind.TEXT, "x")).isSameAs(away);
  }

  @Test
  void refusesSizesThatNoColumnHas() {
    assertThatThrownBy(() -> Conversion.toText(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Conversion.toText(16_384)).hasMessageContaining("16383");
    assertThatThrownBy(() -> Conversion.toDecimal(66, 0)).hasMessageContaining("65");
    assertThatThrownBy(() -> Conversion.toDecimal(5, 6)).hasMessageContaining("scale");
  }
}
