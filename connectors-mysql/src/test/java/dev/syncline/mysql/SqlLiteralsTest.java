package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SqlLiteralsTest {

  private static String literal(ValueKind kind, Object value) {
    Column column = new Column("c", ColumnType.of(kind, "text"), true, Column.Origin.WRITTEN);
    StringBuilder sql = new StringBuilder();
    SqlLiterals.append(sql, value, new TableId("d", "t"), column);
    return sql.toString();
  }

  @Test
  void writesNumbersWithoutChangingTheirType() {
    assertThat(literal(ValueKind.INTEGER, -5L)).isEqualTo("-5");
    assertThat(literal(ValueKind.INTEGER, new BigInteger("18446744073709551615")))
        .isEqualTo("18446744073709551615");
    assertThat(literal(ValueKind.DECIMAL, new BigDecimal("1E+3"))).isEqualTo("1000");
    assertThat(literal(ValueKind.DOUBLE, 0.5)).isEqualTo("0.5E0");
    assertThat(literal(ValueKind.DOUBLE, 1e300)).isEqualTo("1.0E300");
    assertThat(literal(ValueKind.DOUBLE, -0.0)).isEqualTo("'-0'");
    assertThat(literal(ValueKind.BITS, new byte[] {1, -1})).isEqualTo("511");
    assertThat(literal(ValueKind.BINARY, new byte[] {0, 39, -1})).isEqualTo("x'0027FF'");
    assertThat(literal(ValueKind.TEXT, null)).isEqualTo("NULL");
  }

  @Test
  void quotesWhatMightEndALiteral() {
    assertThat(literal(ValueKind.TEXT, "it's \\ \0 \"é😀\""))
        .isEqualTo("'it\\'s \\\\ \\0 \"é😀\"'");
    assertThat(literal(ValueKind.DATE, new ImpossibleDate("0'), ('1"))).isEqualTo("'0\\'), (\\'1'");
  }

  @ParameterizedTest
  @EnumSource(names = {"INTEGER", "YEAR", "DECIMAL", "FLOAT", "DOUBLE", "BITS", "BINARY"})
  void refusesTextWhereNoneBelongs(ValueKind kind) {
    assertThatThrownBy(() -> literal(kind, "id")).isInstanceOf(ClassCastException.class);
  }

  @Test
  void refusesNumbersThatNoServerHas() {
    assertThatThrownBy(() -> literal(ValueKind.DOUBLE, Double.NaN))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("column 'c' of table 'd.t'");
    assertThatThrownBy(() -> literal(ValueKind.FLOAT, Float.POSITIVE_INFINITY))
        .isInstanceOf(ChangeRejectedException.class);
  }
}
