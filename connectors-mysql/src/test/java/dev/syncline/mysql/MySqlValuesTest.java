package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.Column;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.testkit.server.MySqlRelease;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlValuesTest {

  @Test
  void everyValueSurvivesBeingPrinted() {
    int printed = 0;
    for (TypeSamples.Sample sample : TypeSamples.of(MySqlRelease.MYSQL_8_0)) {
      String[] words = sample.type().split(" character set ", 2);
      String type = words[0].replace("boolean", "tinyint(1)").replaceAll(" collate.*", "");
      if (NativeType.parse(type).isEmpty()) {
        continue;
      }
      Column column = Images.column("a", type, "utf8mb4");
      for (TypeSamples.Value value : sample.values()) {
        if (value.expected() != TypeSamples.WHATEVER) {
          String text = MySqlValues.print(value.expected(), column);
          Object parsed = MySqlValues.parse(text, column);
          assertThat(Objects.deepEquals(parsed, value.expected()))
              .describedAs("%s of %s", value.sql(), type)
              .isTrue();
          printed++;
        }
      }
    }
    assertThat(printed).isGreaterThan(300);
  }

  @Test
  void keepsTheDigitsOfAnImpossibleDate() {
    Column column = Images.column("a", "datetime(3)", "");
    ImpossibleDate date = new ImpossibleDate("2023-02-31 00:00:00.000");

    assertThat(MySqlValues.parse(MySqlValues.print(date, column), column)).isEqualTo(date);
  }

  @ParameterizedTest
  @CsvSource({
    "int, x1",
    "'decimal(5,2)', 1x",
    "double, secret",
    "date, 2023-1-1",
    "datetime, 2023-01-01",
    "timestamp, 2023-02-31 00:00:00",
    "time, secret",
    "binary(2), 0G",
    "'time(6)', 00:00:00.0000000"
  })
  void refusesTextThatIsNoValue(String type, String text) {
    Column column = Images.column("a", type, "");

    assertThatThrownBy(() -> MySqlValues.parse(text, column))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'a'")
        .hasMessageNotContaining(text)
        .hasNoCause();
  }
}
