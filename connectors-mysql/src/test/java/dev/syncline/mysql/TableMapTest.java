package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableId;
import dev.syncline.mysql.TableMap.MappedColumn;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableMapTest {

  private static final String NAMES = "2A0000000000 0100 02 646200 01 7400 ";

  @Test
  void readsColumnsWithTheirMetadata() {
    // INT, VARCHAR(300), CHAR(200) of 4 bytes, ENUM, SET, DECIMAL(10,2), BIT(9), DATETIME(6), TEXT
    byte[] body = hex(NAMES + "09 030FFEFEFEF61012FC 0E 2C01 CE20 F701 F802 0A02 0101 06 02 FE01");

    TableMap map = TableMap.parse(body);

    assertThat(map.id()).isEqualTo(42);
    assertThat(map.table()).isEqualTo(new TableId("db", "t"));
    assertThat(map.metadata().columnNames()).isEmpty();
    assertThat(map.metadata().unsignedFlags()).isEmpty();
    assertThat(map.columns())
        .containsExactly(
            new MappedColumn(TypeCode.LONG, 0, false),
            new MappedColumn(TypeCode.VARCHAR, 300, true),
            new MappedColumn(TypeCode.STRING, 800, true),
            new MappedColumn(TypeCode.ENUM, 1, true),
            new MappedColumn(TypeCode.SET, 2, true),
            new MappedColumn(TypeCode.NEWDECIMAL, 0x0A02, true),
            new MappedColumn(TypeCode.BIT, 9, true),
            new MappedColumn(TypeCode.DATETIME2, 6, true),
            new MappedColumn(TypeCode.BLOB, 2, true));
  }

  @Test
  void readsNamesAndSignsAndPassesOverTheRest() {
    byte[] body = hex(NAMES + "02 0303 00 00 01 01 40 02 01 3F 04 04 01 61 01 62");

    TableMap map = TableMap.parse(body);

    assertThat(map.metadata().columnNames()).containsExactly("a", "b");
    assertThat(map.metadata().unsignedFlags())
        .containsExactly(false, true, false, false, false, false, false, false);
  }

  @Test
  void namesATableWhoseTypesAreUnknown() {
    byte[] body = hex(NAMES + "01 F2 01 04 01");

    assertThat(TableMap.table(body)).isEqualTo(new TableId("db", "t"));
    assertThatThrownBy(() -> TableMap.parse(body))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("type code 242");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2A00",
        "2A0000000000 0100 FF 64",
        NAMES + "02 03",
        NAMES + "01 0F 01 2C 00",
        NAMES + "01 03 05 00",
        NAMES + "01 03 01 00 00",
        NAMES + "01 03 00",
        NAMES + "01 03 00 00 04 FF",
        NAMES + "02 0303 00 00 04 02 01 61",
        NAMES + "FE FFFFFFFFFFFFFF7F",
        NAMES + "FD FFFFFF",
        "2A0000000000 0100 00 00 00 00 00"
      })
  void refusesWhatIsNoTableMap(String body) {
    assertThatThrownBy(() -> TableMap.parse(hex(body)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("TABLE_MAP");
  }
}
