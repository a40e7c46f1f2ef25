package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlCharsetTest {

  private static String decode(String charset, String digits) {
    byte[] bytes = hex("FF" + digits + "FF");
    return MySqlCharset.named(charset).orElseThrow().decode(bytes, 1, bytes.length - 2);
  }

  @ParameterizedTest
  @CsvSource({
    "utf8mb4, F09F9880, 😀",
    "utf8mb3, E4B8AD, 中",
    "UTF8, C3A9, é",
    "ascii, 41, A",
    "latin1, 80, €",
    "cp1256, 81, پ",
    "koi8u, 95, •",
    "gbk, D6D0A892, 中⊕",
    "gb2312, D6D0, 中",
    "gb18030, 81308130A2E3, \u0080€",
    "big5, A4A4F9D8, 中裏",
    "sjis, 93FAB1815C, 日ｱ―",
    "cp932, 8740, ①",
    "euckr, C7D18141, 한갂",
    "ujis, C6FC8EB18FB0A1, 日ｱ丂",
    "eucjpms, ADA1, ①",
    "ucs2, 4E2D, 中",
    "utf16, D83DDE00, 😀",
    "utf16le, 3DD800DE, 😀",
    "utf32, 0001F600, 😀"
  })
  void decodesText(String charset, String bytes, String expected) {
    assertThat(decode(charset, bytes)).isEqualTo(expected);
  }

  @Test
  void hasControlCharactersInTheFreePlacesOfLatin1() {
    assertThat(decode("latin1", "818D8F909D")).isEqualTo("\u0081\u008D\u008F\u0090\u009D");
  }

  @Test
  void keepsWhatLooksLikeABrokenCharacterOrAByteOrderMark() {
    assertThat(decode("utf8mb4", "EFBFBD")).isEqualTo("\uFFFD");
    assertThat(decode("utf8mb4", "EFBBBF")).isEqualTo("\uFEFF");
    assertThat(decode("utf16", "FEFF")).isEqualTo("\uFEFF");
    assertThat(decode("utf16le", "FFFE")).isEqualTo("\uFEFF");
    assertThat(decode("utf32", "0000FEFF")).isEqualTo("\uFEFF");
    assertThat(decode("ucs2", "FEFF")).isEqualTo("\uFEFF");
  }

  @Test
  void swapsTheCodesOfGb18030ThatTheJdkHasTheOtherWayRound() {
    assertThat(decode("gb18030", "A6D984318236")).isEqualTo("\uE78D\uFE10");
  }

  @ParameterizedTest
  @CsvSource({
    "utf8mb4, C3",
    "utf8mb4, EDA080",
    "utf8mb4, EFBFBDFF",
    "ascii, 80",
    "greek, A4",
    "gbk, 80",
    "gbk, D6",
    "gbk, A140",
    "big5, A15A",
    "sjis, 93",
    "euckr, C9A1",
    "ujis, 8FB0",
    "ujis, 8F",
    "ucs2, D83DDE00",
    "ucs2, 4E",
    "utf16, D83D",
    "utf32, 0000D83D",
    "utf32, 00110000",
    "utf32, 0001F6",
    "tis620, A0",
    "gb18030, 81308130FF"
  })
  void refusesBytesThatAreNoText(String charset, String bytes) {
    assertThatThrownBy(() -> decode(charset, bytes))
        .isInstanceOf(MalformedValueException.class)
        .hasMessageContaining("'" + charset + "'");
  }

  @Test
  void hasASampleForEachCharacterSet() {
    assertThat(TextSamples.charsets()).isEqualTo(MySqlCharset.names());
  }

  @Test
  void doesNotGuess() {
    assertThat(MySqlCharset.named("geostd8")).isEmpty();
    assertThat(MySqlCharset.named("")).isEmpty();
  }
}
