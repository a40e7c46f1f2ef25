package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.NativeType.Base;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NativeTypeTest {

  private static final TableId TABLE = new TableId("shop", "orders");

  private static NativeType parse(String text) {
    return NativeType.parse(text).orElseThrow();
  }

  @Test
  void readsNumbersAndSigns() {
    assertThat(parse("int(10) unsigned"))
        .isEqualTo(new NativeType(Base.INT, 10, 0, true, List.of()));
    assertThat(parse("int")).isEqualTo(new NativeType(Base.INT, 0, 0, false, List.of()));
    assertThat(parse("int(5) unsigned zerofill").unsigned()).isTrue();
    assertThat(parse("decimal(65,30)"))
        .isEqualTo(new NativeType(Base.DECIMAL, 65, 30, false, List.of()));
    assertThat(parse("double unsigned").unsigned()).isTrue();
    assertThat(parse("bit(64)").length()).isEqualTo(64);
    assertThat(parse("year(4)").base()).isEqualTo(Base.YEAR);
  }

  @Test
  void readsFractionsOfSeconds() {
    assertThat(parse("datetime(6)").fractionDigits()).isEqualTo(6);
    assertThat(parse("timestamp").fractionDigits()).isZero();
    assertThat(parse("varchar(6)").fractionDigits()).isZero();
    assertThat(parse("datetime /* mariadb-5.3 */").base()).isEqualTo(Base.DATETIME);
    assertThat(parse("time /* 5.5 binary format */").base()).isEqualTo(Base.TIME);
  }

  @Test
  void readsLabels() {
    assertThat(parse("enum('a','b''c','d,e','','\\\\','x\\ny','q\\0z','é)')").labels())
        .containsExactly("a", "b'c", "d,e", "", "\\", "x\ny", "q\0z", "é)");
    assertThat(parse("set('unsigned','(1)')").labels()).containsExactly("unsigned", "(1)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "vector(3)",
        "uuid",
        "inet6",
        "inet4",
        "xmltype",
        "int(",
        "int(x)",
        "int(1",
        "int(1,2)",
        "int(10) signed",
        "varchar",
        "varchar(100) /*!100301 COMPRESSED*/",
        "text /*M!100301 COMPRESSED*/",
        "varchar(10) unsigned",
        "date unsigned",
        "datetime(7)",
        "decimal(66,0)",
        "decimal(5,6)",
        "bit(65)",
        "bit(0)",
        "year(2)",
        "enum",
        "enum()",
        "enum('a'",
        "enum('a'b)",
        "enum('a',)",
        "enum('a\\",
        "set('a') x",
        "json(1)",
        "int(1)x",
        "decimal(99999999999,2)"
      })
  void refusesWhatItDoesNotKnowInEveryWord(String text) {
    assertThat(NativeType.parse(text)).isEmpty();
    assertThatThrownBy(() -> MySqlTypes.columnType(TABLE, "c", text, "", ""))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'c'")
        .hasMessageContaining("'shop.orders'")
        .hasMessageContaining("'" + text + "'");
  }

  @Test
  void refusesUnknownCharacterSets() {
    for (String charset : List.of("", "geostd8", "binary")) {
      assertThatThrownBy(() -> MySqlTypes.columnType(TABLE, "c", "enum('a')", charset, ""))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("character set '" + charset + "'")
          .hasMessageContaining("'shop.orders'");
    }
  }

  @Test
  void keepsCharacterSetsOfTextOnly() {
    assertThat(MySqlTypes.columnType(TABLE, "c", "char(3)", "latin1", "latin1_swedish_ci"))
        .isEqualTo(new ColumnType(ValueKind.TEXT, "char(3)", "latin1", "latin1_swedish_ci"));
    assertThat(MySqlTypes.columnType(TABLE, "c", "json", "", ""))
        .isEqualTo(ColumnType.of(ValueKind.JSON, "json"));
  }
}
