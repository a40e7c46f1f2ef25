package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExactJsonTest {

  private static String expression(String document) {
    ExactJson json = ExactJson.of(document);
    return json.head() + '?' + json.tail();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-9223372036854775808",
        "18446744073709551615",
        "0.1",
        "1.5",
        "-0.0",
        "100.0",
        "1e22",
        "[1, 2.5, \"3808.4687211528994\", null]",
        "{\"3808.4687211528994\": true}",
        "{}",
        "[]",
        ""
      })
  void leavesAloneWhatTheParserReadsRight(String document) {
    assertThat(expression(document)).isEqualTo("?");
  }

  @ParameterizedTest
  @CsvSource({
    "3808.4687211528994, 3808.4687211528994E0",
    "1e300, 1e300",
    "1.10, 1.10",
    "12345678901234567890123, 12345678901234567890123",
    "-0, -0E0",
    "0.30000000000000000000001, 0.30000000000000000000001",
    "-1.7e-30, -1.7e-30"
  })
  void replacesWhatTheParserWouldChange(String number, String literal) {
    assertThat(expression(number)).isEqualTo("JSON_REPLACE(?, '$', " + literal + ")");
  }

  @Test
  void takesSeveralNumbersOfADocument() {
    assertThat(expression("{\"a\": [1.10, {\"b\\\"\": 2.20}], \"c\": 3}"))
        .isEqualTo("JSON_REPLACE(?, '$.\"a\"[0]', 1.10, '$.\"a\"[1].\"b\\\\\"\"', 2.20)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[1.10", "{\"a\" 1.10}", "{1.10}", "[1.10 1]", "1.1.0", "[--1.10]", "\""})
  void leavesToTheServerWhatIsNoDocument(String text) {
    assertThat(expression(text)).isEqualTo("?");
  }

  @Test
  void leavesToTheServerWhatIsNestedTooDeeply() {
    String text = "[".repeat(5000) + "1.10" + "]".repeat(5000);

    assertThat(expression(text)).isEqualTo("?");
  }
}
