package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonImageTest {

  private static String print(String digits) {
    byte[] bytes = hex(digits);
    return JsonImage.print(bytes, 0, bytes.length, JsonNumbers.WITH_FRACTION);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "04 00 | null",
        "04 01 | true",
        "04 02 | false",
        "05 FFFF | -1",
        "06 FFFF | 65535",
        "07 00000080 | -2147483648",
        "08 FFFFFFFF | 4294967295",
        "09 0000000000000080 | -9223372036854775808",
        "0A FFFFFFFFFFFFFFFF | 18446744073709551615",
        "0B 000000000000F03F | 1.0",
        "0C 00 | \"\"",
        "0C 03 612262 | \"a\\\"b\"",
        "0C 03 01090A | \"\\u0001\\t\\n\"",
        "00 0000 0400 | {}",
        "02 0000 0400 | []",
        "03 00000000 08000000 | []",
        "02 0100 0700 05 FFFF | [-1]",
        "0F F6 04 0302 810A | 1.10"
      })
  void printsScalarsAndEmptyContainers(String bytes, String expected) {
    assertThat(print(bytes)).isEqualTo(expected);
  }

  @Test
  void printsContainersByOffsetAlthoughThereAreGapsBetween() {
    // {"a": "x", "bb": [7, null]}; between the key "bb" and the string "x" are two unused bytes.
    String document =
        "00 0200 2700 1200 0100 1300 0200 0C 1700 02 1900"
            + " 61 6262 AAAA 01 78 0200 0A00 05 0700 04 0000 EEEEEEEE";

    assertThat(print(document)).isEqualTo("{\"a\": \"x\", \"bb\": [7, null]}");
  }

  @Test
  void printsAnEmptyKeyAndAnEmptyDocument() {
    assertThat(print("00 0100 0B00 0B00 0000 05 0000")).isEqualTo("{\"\": 0}");
    assertThat(print("")).isEqualTo("null");
  }

  @Test
  void printsOpaqueValues() {
    // DATETIME 2020-01-02 03:04:05.25, DATE, TIME -12:13:14.5 and two bytes of a BLOB.
    assertThat(print("0F 0C 08 " + packed(2020, 250_000)))
        .isEqualTo("\"2020-01-02 03:04:05.250000\"");
    assertThat(print("0F 0A 08 " + packed(2020, 0))).isEqualTo("\"2020-01-02\"");
    assertThat(
            print("0F 0B 08 " + littleEndian(-((((12L << 12) | (13 << 6) | 14) << 24) | 500_000))))
        .isEqualTo("\"-12:13:14.500000\"");
    assertThat(print("0F FC 02 00FF")).isEqualTo("\"base64:type252:AP8=\"");
  }

  private static String packed(int year, int micros) {
    long date = ((long) (year * 13 + 1) << 5) | 2;
    return littleEndian((((date << 17) | (3 << 12) | (4 << 6) | 5) << 24) | micros);
  }

  private static String littleEndian(long number) {
    return "%016X".formatted(Long.reverseBytes(number));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0D",
        "04 03",
        "05 FF",
        "0C 05 61",
        "0C FFFFFFFFFF",
        "00 0100 0400",
        "02 FFFF 0400",
        "02 0100 0700 0C FFFF",
        "00 0100 0B00 FFFF 0000 05 0000",
        "0C 01 FF",
        "0F",
        "0F F6 01 41",
        "0F 0A 01 00",
        "0F 0C 08 FFFFFFFFFFFFFFFF",
        "0B 000000000000F07F",
        "03 FFFFFFFF FFFFFFFF"
      })
  void refusesWhatIsNoDocument(String bytes) {
    assertThatThrownBy(() -> print(bytes)).isInstanceOf(MalformedValueException.class);
  }

  @Test
  void refusesAnArrayThatContainsItself() {
    assertThatThrownBy(() -> print("02 0100 0700 02 0000"))
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void refusesDocumentsThatGrowOutOfSharedParts() {
    // Each array holds the next one 200 times: a few kilobytes would become 200^30 numbers.
    int depth = 30;
    int count = 200;
    int size = 4 + count * 3;
    byte[] bytes = new byte[1 + depth * size];
    bytes[0] = 2;
    for (int level = 0; level < depth; level++) {
      int start = 1 + level * size;
      put(bytes, start, count);
      put(bytes, start + 2, bytes.length - start);
      for (int i = 0; i < count; i++) {
        bytes[start + 4 + 3 * i] = (byte) (level == depth - 1 ? 4 : 2);
        put(bytes, start + 5 + 3 * i, level == depth - 1 ? 0 : size);
      }
    }

    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () ->
            assertThatThrownBy(() -> JsonImage.print(bytes, 0, bytes.length, JsonNumbers.SHORTEST))
                .isInstanceOf(MalformedValueException.class));
  }

  private static void put(byte[] bytes, int at, int number) {
    bytes[at] = (byte) number;
    bytes[at + 1] = (byte) (number >> 8);
  }

  @Test
  void readsFromTheMiddleOfAnArray() {
    byte[] bytes = Arrays.copyOf(hex("FFFF 05 0700 FFFF"), 7);

    assertThat(JsonImage.print(bytes, 2, 3, JsonNumbers.SHORTEST)).isEqualTo("7");
  }
}
