package dev.syncline.transform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableTransform;
import dev.syncline.change.Column;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MaskTest {

  private static final Mask HASH = Mask.hash(Sample.SALT);

  private static Object masked(Mask mask, ValueKind kind, String type, Object value) {
    TableDefinition table = Sample.with(Sample.column("c", kind, type, true));
    TableTransform transform = Transforms.mask("shop.t", "c", mask);
    RowInsert insert =
        (RowInsert) transform.apply(new RowInsert(table, Row.of(1L, value))).orElseThrow();
    return insert.after().value(1);
  }

  static Stream<Arguments> fullyMasked() {
    LocalDate day = LocalDate.of(2000, 1, 1);
    return Stream.of(
        Arguments.of(ValueKind.TEXT, "varchar(9)", "secret", "****"),
        Arguments.of(ValueKind.TEXT, "varchar(9)", "\uD83D\uDE00a", "**"),
        Arguments.of(ValueKind.TEXT, "varchar(9)", "", ""),
        Arguments.of(ValueKind.INTEGER, "bigint", 7L, 0L),
        Arguments.of(ValueKind.INTEGER, "bigint unsigned", BigInteger.ONE.shiftLeft(63), 0L),
        Arguments.of(
            ValueKind.DECIMAL, "decimal(5,2)", new BigDecimal("1.23"), new BigDecimal("0.00")),
        Arguments.of(ValueKind.FLOAT, "float", 1.5f, 0f),
        Arguments.of(ValueKind.DOUBLE, "double", 1.5, 0d),
        Arguments.of(ValueKind.BINARY, "binary(2)", new byte[] {1, 2}, new byte[2]),
        Arguments.of(ValueKind.BITS, "bit(9)", new byte[] {1, 2}, new byte[2]),
        Arguments.of(ValueKind.DATE, "date", LocalDate.of(1980, 2, 3), day),
        Arguments.of(ValueKind.DATE, "date", new ImpossibleDate("1980-02-31"), day),
        Arguments.of(
            ValueKind.DATE_TIME, "datetime", LocalDateTime.of(1980, 2, 3, 4, 5), day.atTime(0, 0)),
        Arguments.of(
            ValueKind.INSTANT, "timestamp", Instant.EPOCH, Instant.parse("2000-01-01T00:00:00Z")),
        Arguments.of(ValueKind.TIME, "time", Duration.ofHours(3), Duration.ZERO),
        Arguments.of(ValueKind.YEAR, "year", 1980L, 2000L),
        Arguments.of(ValueKind.SET, "set('a','b')", "a,b", ""),
        Arguments.of(ValueKind.JSON, "json", "[1]", "{}"));
  }

  @ParameterizedTest
  @MethodSource("fullyMasked")
  void hidesValuesOfAllForms(ValueKind kind, String type, Object value, Object hidden) {
    assertThat(masked(Mask.full(), kind, type, value)).isEqualTo(hidden);
    assertThat(masked(Mask.full(), kind, type, null)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "13812345678, 3, 4, 138****5678",
    "abcd, 2, 2, ****",
    "abcde, 2, 2, ab*de",
    "a, 3, 0, *",
    "abc, 0, 0, ***",
    "'', 1, 1, ''",
    "\uD83D\uDE00\uD83D\uDE01\uD83D\uDE02, 1, 1, \uD83D\uDE00*\uD83D\uDE02"
  })
  void keepsTheEndsOfATextOnly(String text, int first, int last, String hidden) {
    assertThat(masked(Mask.partial(first, last), ValueKind.TEXT, "varchar(20)", text))
        .isEqualTo(hidden);
  }

  @Test
  void keepsTheTypeOfWhatIsHiddenInFullOrInPart() {
    assertThat(Transforms.mask("*.*", "phone").table(Sample.USERS)).isEqualTo(Sample.USERS);
    assertThat(Transforms.mask("*.*", "phone", Mask.partial(1, 1)).table(Sample.USERS))
        .isEqualTo(Sample.USERS);
  }

  @Test
  void hashesWithTheSaltAsKey() throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(Sample.SALT, "HmacSHA256"));
    byte[] expected = mac.doFinal("Ada".getBytes(StandardCharsets.UTF_8));

    Object hash = masked(HASH, ValueKind.TEXT, "varchar(9)", "Ada");

    assertThat(hash).isEqualTo(java.util.HexFormat.of().formatHex(expected));
    byte[] other = "another salt than that one".getBytes(StandardCharsets.UTF_8);
    assertThat(masked(Mask.hash(other), ValueKind.TEXT, "varchar(9)", "Ada")).isNotEqualTo(hash);
    assertThat(masked(HASH, ValueKind.TEXT, "varchar(9)", null)).isNull();
  }

  @ParameterizedTest
  @EnumSource(ValueKind.class)
  void makesAHashTheTextOfItsLength(ValueKind kind) {
    Column column = Sample.column("c", kind, "any type", false);

    Column hashed = Transforms.mask("*.*", "c", HASH).table(Sample.with(column)).columns().get(1);

    assertThat(hashed.type().kind()).isEqualTo(ValueKind.TEXT);
    assertThat(hashed.type().nativeType()).isEqualTo("varchar(64)");
    assertThat(hashed.type().charset()).isEqualTo("ascii");
    assertThat(hashed.nullable()).isFalse();
  }

  /** Otherwise a number could not be found again when its column gets another scale or type. */
  @Test
  void hashesANumberInEveryTypeAlike() {
    Object hash = masked(HASH, ValueKind.INTEGER, "bigint", 1200L);

    assertThat(masked(HASH, ValueKind.DECIMAL, "decimal(9,2)", new BigDecimal("1200.00")))
        .isEqualTo(hash);
    assertThat(masked(HASH, ValueKind.TEXT, "varchar(9)", "1200")).isEqualTo(hash);
  }

  @Test
  void hashesDifferentValuesToDifferentOnes() {
    assertThat(masked(HASH, ValueKind.BINARY, "blob", new byte[] {0}))
        .isNotEqualTo(masked(HASH, ValueKind.BINARY, "blob", new byte[] {0, 0}));
    assertThat(masked(HASH, ValueKind.TIME, "time", Duration.ofSeconds(1)))
        .isNotEqualTo(masked(HASH, ValueKind.TIME, "time", Duration.ofSeconds(-1)));
  }

  private static void refused(Mask mask, TableDefinition table, String column, String... words) {
    assertThatThrownBy(() -> Transforms.mask("*.*", column, mask).table(table))
        .isInstanceOf(SyncException.class)
        .hasMessageContainingAll("Cannot mask", "'" + column + "'")
        .hasMessageContainingAll(words);
  }

  @Test
  void refusesToMakeTwoKeysOne() {
    for (Mask mask : List.of(Mask.full(), Mask.partial(1, 1))) {
      refused(mask, Sample.keyedBy(Sample.text("code", false)), "code", "'PRIMARY'", "hash");
      refused(mask, Sample.USERS, "email", "unique key 'email'", "two keys could become one");
    }
    refused(Mask.full(), Sample.ORDERS, "user_id", "'fk_user'", "'shop.users'", "same salt");
    assertThat(Transforms.mask("*.*", "email", HASH).table(Sample.USERS).uniqueKeys())
        .isEqualTo(Sample.USERS.uniqueKeys());
    assertThat(Transforms.mask("*.*", "user_id", HASH).table(Sample.ORDERS).foreignKeys())
        .isEqualTo(Sample.ORDERS.foreignKeys());
  }

  /** The beginnings of hashes are short enough to be the same. */
  @Test
  void refusesAHashWhereOnlyItsBeginningIsUnique() {
    UniqueKey prefix = new UniqueKey("p", List.of(1), UniqueKey.Coverage.PREFIX);
    TableDefinition table =
        Sample.table(
            "t",
            List.of(Sample.ID, Sample.EMAIL),
            List.of(Sample.key(UniqueKey.PRIMARY, 0), prefix),
            List.of());

    refused(HASH, table, "email", "'p'", "not over whole columns");
  }

  @Test
  void refusesWhatTheDatabaseComputes() {
    Column computed =
        new Column(
            "c", Sample.EMAIL.type(), false, Column.Origin.GENERATED_STORED, Optional.empty());
    refused(Mask.full(), Sample.with(computed), "c", "computes it");
    refused(HASH, Sample.keyedBy(computed), "note", "may compute from it");
  }

  @Test
  void refusesWhatHasNoValueToHideBehind() {
    refused(
        Mask.full(),
        Sample.with(Sample.column("c", ValueKind.ENUM, "enum('a')", true)),
        "c",
        "enum");
    refused(
        Mask.partial(1, 1),
        Sample.with(Sample.column("c", ValueKind.INTEGER, "int", true)),
        "c",
        "no text");
  }

  @Test
  void refusesASaltThatIsGuessed() {
    assertThatThrownBy(() -> Mask.hash("secret".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("A salt must have at least 16 bytes; got 6.");
    assertThatThrownBy(() -> Mask.partial(-1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keepsTheSaltThatItWasGiven() {
    byte[] salt = Sample.SALT.clone();
    Mask mask = Mask.hash(salt);
    Object before = masked(HASH, ValueKind.TEXT, "varchar(9)", "Ada");

    salt[0] = 0;

    assertThat(masked(mask, ValueKind.TEXT, "varchar(9)", "Ada")).isEqualTo(before);
  }
}
