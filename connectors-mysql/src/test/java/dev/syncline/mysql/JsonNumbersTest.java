package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonNumbersTest {

  private static String print(JsonNumbers style, double number) {
    StringBuilder text = new StringBuilder();
    style.append(text, number);
    return text.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0, 0.0, 0",
    "-0.0, -0.0, -0",
    "1, 1.0, 1",
    "-100, -100.0, -100",
    "1e14, 100000000000000.0, 100000000000000",
    "1e15, 1e15, 1e15",
    "0.1, 0.1, 0.1",
    "1e-15, 0.000000000000001, 0.000000000000001",
    "1e-16, 1e-16, 1e-16",
    "4.9E-324, 5e-324, 5e-324",
    "2e-323, 2e-323, 2e-323",
    "1.7976931348623157E308, 1.7976931348623157e308, 1.7976931348623157e308",
    "123456.789, 123456.789, 123456.789",
    "2.0E23, 2e23, 2e23",
    "-1e-7, -0.0000001, -0.0000001",
    "12345678901234567, 1.2345678901234568e16, 1.2345678901234568e16",
    "-3209161540691322.5, -3209161540691322.5, -3209161540691322.5",
    "-1767607584234778.8, -1767607584234778.8, -1767607584234778.8",
    "9007199254740993, 9.007199254740992e15, 9.007199254740992e15"
  })
  void printsAsTheServersDo(double number, String inMySql8, String inMySql57) {
    assertThat(print(JsonNumbers.WITH_FRACTION, number)).isEqualTo(inMySql8);
    assertThat(print(JsonNumbers.SHORTEST, number)).isEqualTo(inMySql57);
  }

  @Property
  void whatIsPrintedIsTheSameNumber(@ForAll long bits) {
    double number = Double.longBitsToDouble(bits);
    if (Double.isFinite(number)) {
      String text = print(JsonNumbers.SHORTEST, number);

      assertThat(Double.parseDouble(text)).isEqualTo(number);
      assertThat(text.replaceAll("e.*|[-.]", "").replaceAll("^0+", "").length())
          .isLessThanOrEqualTo(17);
    }
  }

  @Test
  void refusesWhatIsNoNumber() {
    assertThatThrownBy(() -> print(JsonNumbers.SHORTEST, Double.NaN))
        .isInstanceOf(MalformedValueException.class);
  }
}
