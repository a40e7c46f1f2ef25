package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableBlocksTest {

  private static final ColumnType TEXT =
      new ColumnType(ValueKind.TEXT, "varchar(200)", "utf8mb4", "utf8mb4_0900_ai_ci");

  private final TableBlocks blocks = new TableBlocks();

  private static PlannedTable table(String name, ColumnType type) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      columns.add(new Column("column_" + i, type, true, Column.Origin.WRITTEN));
    }
    UniqueKey key = new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS);
    return new PlannedTable(
        new TableDefinition(new TableId("shop", name), columns, List.of(key)),
        Preparation.CREATE,
        new TableSize(10, 1_000),
        Copying.NOTHING);
  }

  private static List<PlannedTable> tables(int count) {
    List<PlannedTable> tables = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tables.add(table("table_" + i, TEXT));
    }
    return tables;
  }

  private List<String> encode(List<PlannedTable> tables) {
    List<String> texts = blocks.encode(tables);
    blocks.endPass();
    return texts;
  }

  private static List<PlannedTable> decode(TableBlocks blocks, List<String> texts) {
    TableLines.Reader reader = new TableLines.Reader();
    List<PlannedTable> tables = new ArrayList<>();
    texts.forEach(text -> tables.addAll(blocks.decode(text, reader)));
    blocks.endPass();
    return tables;
  }

  private static Set<String> newIn(List<String> now, List<String> before) {
    Set<String> texts = new HashSet<>(now);
    texts.removeAll(new HashSet<>(before));
    return texts;
  }

  @Test
  void writesManyTablesInLittleRoom() {
    List<PlannedTable> tables = tables(1_000);

    List<String> texts = encode(tables);

    assertThat(String.join("", texts).length()).isLessThan(TableLines.print(tables).length() / 20);
    assertThat(decode(new TableBlocks(), texts)).isEqualTo(tables);
  }

  @Test
  void writesOneBlockAnewForATableThatHasChanged() {
    List<PlannedTable> tables = tables(2_000);
    List<String> before = encode(tables);
    tables.set(777, table("table_777", ColumnType.of(ValueKind.INTEGER, "int")));

    List<String> now = encode(tables);

    assertThat(before).hasSizeGreaterThan(10);
    assertThat(newIn(now, before)).hasSize(1);
    assertThat(decode(new TableBlocks(), now)).isEqualTo(tables);
  }

  @Test
  void writesFewBlocksAnewForATableMoreOrLess() {
    List<PlannedTable> tables = tables(2_000);
    List<String> before = encode(tables);

    tables.add(777, table("another", TEXT));
    List<String> more = encode(tables);
    tables.remove(111);
    List<String> less = encode(tables);

    assertThat(newIn(more, before).size()).isBetween(1, 3);
    assertThat(newIn(less, more).size()).isBetween(1, 3);
    assertThat(decode(new TableBlocks(), less)).isEqualTo(tables);
  }

  @Test
  void takesWhatItHasWrittenForWhatItReads() {
    List<PlannedTable> tables = tables(500);
    List<String> texts = encode(tables);

    List<PlannedTable> read = decode(blocks, texts);
    List<PlannedTable> readAnew = decode(new TableBlocks(), texts);

    assertThat(read).hasSameSizeAs(tables);
    for (int i = 0; i < tables.size(); i++) {
      assertThat(read.get(i)).isSameAs(tables.get(i));
    }
    assertThat(readAnew.get(0)).isNotSameAs(tables.get(0)).isEqualTo(tables.get(0));
  }

  @Test
  void sharesInMemoryWhatTablesHaveInCommon() {
    List<PlannedTable> read = decode(new TableBlocks(), encode(tables(500)));

    Column one = read.get(0).definition().columns().get(7);
    Column other = read.get(499).definition().columns().get(7);
    assertThat(one).isSameAs(other);
  }

  @Test
  void refusesABlockThatGrowsBeyondMemory() {
    String bomb = block(new byte[TableBlocks.MAX_BLOCK_BYTES + 1]);

    assertThat(bomb.length()).isLessThan(200_000);
    assertThatThrownBy(() -> blocks.decode(bomb, new TableLines.Reader()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a line 'tables' holds more than 67108864 bytes.");
  }

  @Test
  void refusesATableThatItCouldNotRead() {
    String huge = "x".repeat(TableBlocks.MAX_BLOCK_BYTES);

    assertThatThrownBy(
            () -> blocks.encode(List.of(table("t", ColumnType.of(ValueKind.TEXT, huge)))))
        .isInstanceOf(SyncException.class)
        .hasMessageStartingWith(
            "The definition of table 'shop.t', or of one of the 0 that are saved")
        .hasMessageContaining("is too large for a checkpoint");
  }

  @Test
  void refusesATextThatWouldComeBackAnotherOne() {
    assertThatThrownBy(
            () -> blocks.encode(List.of(table("t", ColumnType.of(ValueKind.TEXT, "\uD83D")))))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("table 'shop.t'")
        .hasMessageContaining("half a character");
  }

  @Test
  void refusesMoreThanABlock() {
    byte[] bytes = Base64.getDecoder().decode(encode(tables(1)).get(0));
    byte[] more = Arrays.copyOf(bytes, bytes.length + 1);

    assertRefused(Base64.getEncoder().encodeToString(more));
    assertRefused(Base64.getEncoder().encodeToString(Arrays.copyOf(bytes, 20)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "?", "AAAA", "eJw="})
  void refusesWhatIsNoBlock(String text) {
    assertRefused(text);
  }

  /** A comma stands for a tab, a slash for the end of a line. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense/",
        "table,shop,t,CREATE,0,0/",
        "table,shop,t,CREATE,0,0/column,a,0,1,WRITTEN/",
        "table,shop,t,CREATE,0,0/column,a,0/",
        "type,TEXT,text,utf8mb4,utf8mb4_bin/column,a,0,1,WRITTEN/",
        "type,TEXT,text,utf8mb4,utf8mb4_bin/table,shop,t,CREATE,0,0/column,a,0,2,WRITTEN/",
        "type,TEXT,text,utf8mb4,utf8mb4_bin/table,shop,t,CREATE,0,0/column,a,0,1,WRITTEN",
      })
  void refusesLinesThatAreNoTables(String lines) {
    String text = lines.replace(',', '\t').replace('/', '\n');

    assertRefused(block(text.getBytes(StandardCharsets.UTF_8)));
  }

  private void assertRefused(String text) {
    assertThatThrownBy(() -> blocks.decode(text, new TableLines.Reader()))
        .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
  }

  private static String block(byte[] lines) {
    ByteArrayOutputStream deflated = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(deflated)) {
      out.write(lines);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return Base64.getEncoder().encodeToString(deflated.toByteArray());
  }
}
