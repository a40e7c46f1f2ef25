package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Documents and changes of their parts, made by hand. */
class JsonPatchTest {
  /** {@code {"a": 1, "bb": [10, 20, 30]}}. */
  private static final String DOCUMENT =
      "00 0200 2400 1200 0100 1300 0200 05 0100 02 1700 61 6262 EEEE"
          + " 0300 0D00 05 0A00 05 1400 05 1E00";

  private static final String SEVEN = "05 0700";

  private static String replace(String path, String value) {
    return change("00", path, value);
  }

  private static String insert(String path, String value) {
    return change("01", path, value);
  }

  private static String remove(String path) {
    byte[] text = path.getBytes(StandardCharsets.UTF_8);
    return "02" + "%02X".formatted(text.length) + HexFormat.of().formatHex(text);
  }

  private static String change(String operation, String path, String value) {
    byte[] text = path.getBytes(StandardCharsets.UTF_8);
    return operation
        + "%02X".formatted(text.length)
        + HexFormat.of().formatHex(text)
        + "%02X".formatted(hex(value).length)
        + value;
  }

  private static String patched(String document, String... changes) {
    byte[] before = hex(document);
    byte[] after = hex(String.join("", changes));
    byte[] bytes = new byte[before.length + 4 + after.length];
    System.arraycopy(before, 0, bytes, 0, before.length);
    for (int i = 0; i < 4; i++) {
      bytes[before.length + i] = (byte) (after.length >> (i * Byte.SIZE));
    }
    System.arraycopy(after, 0, bytes, before.length + 4, after.length);
    return JsonImage.patched(
        new ByteCursor(bytes, 0, before.length),
        new ByteCursor(bytes, before.length, bytes.length),
        JsonNumbers.WITH_FRACTION);
  }

  @Test
  void withoutChangesADocumentStaysAsItIs() {
    assertThat(patched(DOCUMENT)).isEqualTo("{\"a\": 1, \"bb\": [10, 20, 30]}");
    assertThat(patched("")).isEqualTo("null");
  }

  @Test
  void replacesInsertsAndRemovesInTheOrderOfTheChanges() {
    assertThat(
            patched(
                DOCUMENT,
                replace("$.a", SEVEN),
                remove("$.bb[0]"),
                insert("$.bb[1]", SEVEN),
                replace("$.bb[0]", "0C 01 78"),
                remove("$.bb[2]")))
        .isEqualTo("{\"a\": 7, \"bb\": [\"x\", 7]}");
  }

  @Test
  void addsMembersWhereTheServerHasThemByLengthAndThenByBytes() {
    assertThat(
            patched(
                DOCUMENT,
                insert("$.b", SEVEN),
                insert("$.aa", SEVEN),
                insert("$.A", SEVEN),
                insert("$.\u00e9", SEVEN),
                insert("$.bb[3]", SEVEN),
                insert("$.bb[900]", "04 00")))
        .isEqualTo(
            "{\"A\": 7, \"a\": 1, \"b\": 7, \"aa\": 7, \"bb\": [10, 20, 30, 7, null], \"\u00e9\":"
                + " 7}");
  }

  @Test
  void changesWhatWasPutInBefore() {
    // {"c": {}} as a value, and then members of it.
    String inner = "00 0100 1000 0B00 0100 00 0C00 63 0000 0400";

    assertThat(
            patched(
                DOCUMENT,
                replace("$.bb", inner),
                insert("$.bb.d", SEVEN),
                insert("$.bb.c.e", SEVEN),
                replace("$.bb.c.e", "04 01"),
                remove("$.a")))
        .isEqualTo("{\"bb\": {\"c\": {\"e\": true}, \"d\": 7}}");
    assertThat(patched(DOCUMENT, replace("$", inner), remove("$.c"))).isEqualTo("{}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "$.\"a b\" | \"a b\"",
        "$.\"\" | \"\"",
        "$.\"x.y[0]\" | \"x.y[0]\"",
        "$.\"\\\"\\\\\\/\\n\\t\\u0001\" | \"\\\"\\\\/\\n\\t\\u0001\"",
        "$.\"\\u00e9\\uD83D\\uDE00\" | \"\u00e9\uD83D\uDE00\"",
        "$.\u4e2d | \"\u4e2d\"",
        "$.\"last\" | \"last\"",
      })
  void takesOddNamesOfMembers(String path, String printed) {
    assertThat(patched("00 0000 0400", insert(path, SEVEN))).isEqualTo("{" + printed + ": 7}");
  }

  @Test
  void countsElementsFromTheEndToo() {
    assertThat(patched(DOCUMENT, replace("$.bb[last]", SEVEN), remove("$.bb[last-2]")))
        .isEqualTo("{\"a\": 1, \"bb\": [20, 7]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "$.c",
        "$.bb[3]",
        "$.bb.a",
        "$[0]",
        "$.a.b",
        "$.a[0]",
        "$.bb[last-3]",
        "$",
      })
  void refusesToRemoveWhatIsNotThere(String path) {
    assertThatThrownBy(() -> patched(DOCUMENT, remove(path)))
        .isInstanceOf(MalformedValueException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a",
        "$a",
        "$.",
        "$..a",
        "$[",
        "$[]",
        "$[x]",
        "$[1",
        "$[99999999999]",
        "$.\"a",
        "$.\"\\u00\"",
        "$.\"\\uXYZ0\"",
        "$[last",
        "$[last+1]",
        "$ ",
      })
  void refusesWhatIsNoPath(String path) {
    assertThatThrownBy(() -> patched(DOCUMENT, insert(path, SEVEN)))
        .isInstanceOf(MalformedValueException.class);
  }

  @Test
  void refusesWhatIsNoChange() {
    for (String changes :
        List.of("03 01 24", "00", "00 05 24", "00 01 24", "00 01 24 05 05", "00 01 24 00")) {
      assertThatThrownBy(() -> patched(DOCUMENT, changes))
          .as(changes)
          .isInstanceOf(MalformedValueException.class);
    }
    assertThatThrownBy(() -> patched(DOCUMENT, insert("$.a", SEVEN)))
        .isInstanceOf(MalformedValueException.class);
  }

  /** An array, as small documents have it, of containers at some offsets behind its header. */
  private static String array(int type, int members, IntUnaryOperator offset, String rest) {
    StringBuilder array = new StringBuilder("02").append(twoBytes(members));
    int header = 4 + 3 * members;
    array.append(twoBytes(header + hex(rest).length));
    for (int i = 0; i < members; i++) {
      array.append("%02X".formatted(type)).append(twoBytes(header + offset.applyAsInt(i)));
    }
    return array + rest;
  }

  private static String twoBytes(int number) {
    return "%02X%02X".formatted(number & 0xFF, number >> 8);
  }

  /** All members are the same empty object, which would be printed as often with what it gets. */
  @Test
  void refusesToPrintWhatWasAddedManyTimes() {
    int members = 300;
    String garbage = array(0, members, i -> 0, "00000400");
    String[] changes = new String[members];
    for (int i = 0; i < members; i++) {
      changes[i] = insert("$[0].m" + i, "04 00");
    }

    assertThatThrownBy(() -> patched(garbage, changes))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("the same bytes twice");
  }

  /** Each member is an array that has most of its bytes in common with the next one. */
  @Test
  void refusesToChangeContainersThatShareTheirBytes() {
    int members = 300;
    String garbage = array(2, members, i -> 4 * i, "20008000".repeat(members + 32));
    String[] changes = new String[members];
    for (int i = 0; i < members; i++) {
      changes[i] = replace("$[%d][0]".formatted(i), SEVEN);
    }

    assertThatThrownBy(() -> patched(garbage, changes))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("share their bytes");
  }
}
