package dev.syncline.mysql;

import static dev.syncline.mysql.Images.hex;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs no server to be seen; {@code TableMapCheckIT} has the rest. */
class TableMapCheckTest {

  private static final TableId ID = new TableId("db", "t");

  /** Two columns of text, with nothing behind them. */
  private static final String TEXTS = "2A0000000000 0100 02 646200 01 7400 02 0F0F 04 28002800 03 ";

  private static final Map<Integer, String> COLLATIONS =
      Map.of(33, "utf8mb3_general_ci", 46, "utf8mb4_bin");

  private static Column text(String name, String charset, String collation) {
    ColumnType type = new ColumnType(ValueKind.TEXT, "varchar(10)", charset, collation);
    return new Column(name, type, true, Column.Origin.WRITTEN);
  }

  private static void check(String metadata, Column... columns) {
    TableMap map = TableMap.parse(hex(TEXTS + metadata));
    new TableMapCheck(false, number -> Optional.ofNullable(COLLATIONS.get(number)))
        .check(map, new TableDefinition(ID, List.of(columns), List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "02 01 2E", "03 02 2E2E", "02 03 21 01 2E", "0C 01 C0", "63 02 FFFF"})
  void takesNothingForGrantedThatIsNotLogged(String metadata) {
    boolean mixed = metadata.startsWith("02 03");

    assertThatCode(
            () ->
                check(
                    metadata,
                    text(
                        "a", mixed ? "utf8" : "utf8mb4", mixed ? "utf8_general_ci" : "utf8mb4_bin"),
                    text("b", "utf8mb4", "utf8mb4_bin")))
        .doesNotThrowAnyException();
  }

  @Test
  void knowsCharacterSetsOfThreeBytesByBothNames() {
    for (String charset : List.of("utf8", "utf8mb3")) {
      Column column = text("a", charset, charset + "_general_ci");
      assertThatCode(() -> check("02 01 21", column, column)).doesNotThrowAnyException();
    }
    Column other = text("a", "utf8mb3", "utf8mb3_bin");
    assertThatThrownBy(() -> check("02 01 21", other, other))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("column 'a' with collation 'utf8mb3_bin'")
        .hasMessageContaining("collation 'utf8mb3_general_ci'");
  }

  @Test
  void comparesNoCollationWhoseNumberIsUnknown() {
    Column column = text("a", "utf8mb4", "utf8mb4_bin");

    assertThatCode(() -> check("02 01 63", column, column)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"03 01 2E", "03 03 2E2E2E", "02 03 2E 02 2E"})
  void refusesCollationsOfOtherColumns(String metadata) {
    Column column = text("a", "utf8mb4", "utf8mb4_bin");

    assertThatThrownBy(() -> check(metadata, column, column))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("2 columns with a collation")
        .hasMessageContaining("table 'db.t'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"06 02 01 00", "05 03 01 01 78", "07 01 00", "04 02 01 61"})
  void refusesWhatIsSaidOfColumnsThatAreNotThere(String metadata) {
    Column column = text("a", "utf8mb4", "utf8mb4_bin");

    assertThatThrownBy(() -> check(metadata, column, column))
        .isInstanceOf(UnsupportedChangeException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"02 00", "03 00", "02 02 2E 01", "06 01 02", "09 01 00", "01", "04 02 05"})
  void refusesMetadataThatIsCutOff(String metadata) {
    Column column = text("a", "utf8mb4", "utf8mb4_bin");

    assertThatThrownBy(() -> check(metadata, column, column))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("TABLE_MAP");
  }
}
